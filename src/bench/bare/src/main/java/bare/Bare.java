package bare;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/** The requests to DynamoDB of version and api_token_list, and nothing else: no parsing, no rules, a fixed answer. */
@Path("/")
@Singleton
@Produces("application/json")
public class Bare {
  private static final String CONDITION =
      "live_until > :now AND (attribute_not_exists(live_quota) OR"
          + " attribute_not_exists(calls_209901) OR calls_209901 < live_quota) AND (attribute_not_exists(#place) OR"
          + " #place <> :mark)";

  @Inject
  DynamoDbAsyncClient client;

  @ConfigProperty(name = "bare.digest")
  String digest;

  @GET
  @Path("version")
  public Uni<String> version() {
    return admit().replaceWith("{\"data\":{\"version\":\"11.138.0.6\"}}");
  }

  @GET
  @Path("api_token_list")
  public Uni<String> list() {
    return admit()
        .chain(() -> Uni.createFrom()
            .completionStage(() -> client.query(query -> query
                .tableName("latchkey")
                .consistentRead(false)
                .keyConditionExpression("pk = :pk AND sk BETWEEN :first AND :last")
                .expressionAttributeValues(Map.of(
                    ":pk", text("U#root"), ":first", text("C#"), ":last", text("C#\uFFFF"))))))
        .map(response -> "{\"data\":{\"tokens\":" + response.count() + "}}");
  }

  private Uni<Void> admit() {
    var count = Uni.createFrom()
        .completionStage(() -> client.updateItem(update -> update
            .tableName("latchkey")
            .key(Map.of("pk", text("U#root"), "sk", text("C#" + digest)))
            .updateExpression(
                "SET last_used = :now, #place = :mark ADD #calls :count, #function :count")
            .conditionExpression(CONDITION)
            .expressionAttributeNames(
                Map.of("#calls", "calls_209901", "#function", "QC10", "#place", "s0"))
            .expressionAttributeValues(Map.of(
                ":now", number(Instant.now().getEpochSecond()),
                ":count", number(1),
                ":mark", number(System.nanoTime())))
            .returnValues(ReturnValue.ALL_NEW)
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)));
    var user = Uni.createFrom()
        .completionStage(() -> client.getItem(get -> get.tableName("latchkey")
            .consistentRead(true)
            .key(Map.of("pk", text("U#root"), "sk", text("PROFILE")))));
    return Uni.combine().all().unis(count, user).with((counted, read) -> null);
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }
}
