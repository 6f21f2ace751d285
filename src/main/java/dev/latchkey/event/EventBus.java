package dev.latchkey.event;

import dev.latchkey.aws.AwsService;
import dev.latchkey.data.Data;
import dev.latchkey.data.Format;
import dev.latchkey.data.Json;
import dev.latchkey.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Amazon EventBridge, by the one request that is wanted of it (PutEvents in the EventBridge API Reference), of some
 * 80 that its own client would have.
 */
@Singleton
public class EventBus {
  /** Of PutEvents. */
  public static final int MOST = 10;

  /** The bus of this name is the log. */
  private static final String LOG_BUS = "log";

  private static final Logger LOG = Logger.getLogger("dev.latchkey.events");
  private static final String SOURCE = "latchkey";
  private static final int OK = 200;
  private static final int MOST_CHARACTERS = 100_000;
  private static final int MOST_NESTED = 8;
  private static final AwsService SERVICE = new AwsService("events", Duration.ofSeconds(5));
  private static final Map<String, String> HEADERS =
      Map.of("Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "AWSEvents.PutEvents");

  private final String bus;
  private final Optional<URI> endpoint;

  @Inject
  EventBus(Settings settings) {
    this.bus = settings.events().orElse("");
    this.endpoint = settings.eventsEndpoint();
  }

  /**
   * Tells them, {@value #MOST} at most.
   *
   * @return those that were not taken; a failure says nothing of any of them
   */
  public Uni<List<Event>> put(List<Event> events) {
    if (bus.equals(LOG_BUS)) {
      events.forEach(event -> LOG.infof("%s %s", event.type(), event.detail()));
      return Uni.createFrom().item(List.of());
    }
    return Uni.createFrom().deferred(() -> {
      var body = Format.JSON.write("", Data.hash().with("Entries", entries(events)));
      return Uni.createFrom()
          .completionStage(() -> SERVICE.send("POST", address(), HEADERS, body))
          .map(answer -> refused(events, answer));
    });
  }

  private URI address() {
    return endpoint.orElseGet(
        () -> URI.create("https://events." + AwsService.region() + ".amazonaws.com/"));
  }

  private Data.Sequence entries(List<Event> events) {
    return new Data.Sequence(events.stream()
        .<Data>map(event -> Data.hash()
            .with("Source", SOURCE)
            .with("DetailType", event.type())
            .with("Time", event.at().getEpochSecond())
            .with("Detail", event.detail())
            .with("EventBusName", bus))
        .toList());
  }

  /** The answer has an entry for each, in the same order; one with an id was taken. */
  private static List<Event> refused(List<Event> events, HttpResponse<String> answer) {
    if (answer.statusCode() != OK) {
      throw new IllegalStateException(
          "EventBridge answers " + answer.statusCode() + " to PutEvents");
    }
    var entries = Json.read(answer.body(), MOST_CHARACTERS, MOST_NESTED)
        .get("Entries")
        .filter(Data.Sequence.class::isInstance)
        .map(list -> ((Data.Sequence) list).items())
        .orElseGet(List::of);
    return IntStream.range(0, events.size())
        .filter(i -> i >= entries.size() || !isTaken(entries.get(i)))
        .mapToObj(events::get)
        .toList();
  }

  private static boolean isTaken(Data entry) {
    return entry instanceof Data.Hash hash
        && hash.get("EventId").isPresent()
        && hash.get("ErrorCode").isEmpty();
  }
}
