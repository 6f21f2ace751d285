package dev.latchkey.store;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.latchkey.settings.Settings;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LocalDynamoDb;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Conflicts, which DynamoDB Local never shows, replies that are lost, and a DynamoDB that is not there. */
@QuarkusTest
@InProcess
@WayIn
class LostRepliesTest extends WhmTest {
  @Inject
  DynamoDbAsyncClient client;

  @Inject
  Settings settings;

  private static final List<Key> KEYS = List.of(new Key("X#read", "LATE"), new Key("X#no", "SUCH"));
  private static final Pattern XID = Pattern.compile("\\(XID ([a-z2-9]{6})\\)");

  @AfterEach
  void noMoreFaults() {
    SdkProbe.reset();
  }

  @Test
  void aTransactionThatMeetsAnotherOneIsTriedAgain() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "counted");
    SdkProbe.reset();
    SdkProbe.failBefore(
        times(3, TransactWriteItemsRequest.class::isInstance, LostRepliesTest::conflict));

    client.data("api_token_create", "token_name", "retried");

    assertThat(SdkProbe.requests()).filteredOn("TransactWriteItems"::equals).hasSize(4);
    assertThat(client.data("api_token_list").path("tokens").has("retried")).isTrue();
  }

  @Test
  void aTransactionForWhichDynamoDbIsTooBusyIsTriedAgainAndNotForEver() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "counted");
    SdkProbe.reset();
    SdkProbe.failBefore(times(
        3,
        TransactWriteItemsRequest.class::isInstance,
        () -> cancelled("ThrottlingError", "TransactionConflict", "None")));

    client.data("api_token_create", "token_name", "throttled");

    assertThat(SdkProbe.requests()).filteredOn("TransactWriteItems"::equals).hasSize(4);

    SdkProbe.reset();
    SdkProbe.failBefore(times(
        99,
        TransactWriteItemsRequest.class::isInstance,
        () -> cancelled("ProvisionedThroughputExceeded")));
    assertThat(client
            .raw()
            .get("/json-api/api_token_create?api.version=1&token_name=busy")
            .statusCode())
        .isEqualTo(500);
    assertThat(SdkProbe.requests()).filteredOn("TransactWriteItems"::equals).hasSize(13);
  }

  @Test
  void aFaultThatPassesDoesNotHideOneThatStays() {
    var client = reseller(MANAGE_API_TOKENS);
    SdkProbe.reset();
    SdkProbe.failBefore(times(
        99,
        TransactWriteItemsRequest.class::isInstance,
        () -> cancelled("ThrottlingError", "ValidationError")));

    client.raw().get("/json-api/api_token_create?api.version=1&token_name=invalid");

    assertThat(SdkProbe.requests()).filteredOn("TransactWriteItems"::equals).hasSize(1);
  }

  @Test
  void keysThatDynamoDbGivesBackUnreadAreReadLaterAndNotForEver() {
    var store = new Store(client, settings.table());
    store.putNew(Item.at(KEYS.get(0))).await().indefinitely();
    var left = new AtomicInteger(3);
    SdkProbe.reset();
    SdkProbe.answer(response -> left.getAndDecrement() > 0 ? unread(response) : response);

    assertThat(store.getAll(KEYS).await().indefinitely()).hasSize(1);
    assertThat(SdkProbe.requests()).hasSize(4);

    left.set(99);
    SdkProbe.reset();
    SdkProbe.answer(response -> left.getAndDecrement() > 0 ? unread(response) : response);
    assertThatIllegalStateException()
        .isThrownBy(() -> store.getAll(KEYS).await().indefinitely())
        .withMessageContaining("DynamoDB is too busy: it gave back 2 of 2 keys unread");
    assertThat(SdkProbe.requests()).hasSize(13);
  }

  private SdkResponse unread(SdkResponse response) {
    return response instanceof BatchGetItemResponse batch
        ? batch.toBuilder()
            .responses(Map.of())
            .unprocessedKeys(Map.of(
                settings.table(),
                KeysAndAttributes.builder()
                    .keys(KEYS.stream().map(Key::attributes).toList())
                    .build()))
            .build()
        : response;
  }

  @Test
  void anAdmissionThatMeetsATransactionIsTriedAgain() {
    var client = reseller();
    SdkProbe.reset();
    SdkProbe.failBefore(times(
        2,
        UpdateItemRequest.class::isInstance,
        () -> TransactionConflictException.builder().message("conflict").build()));

    client.data("version");

    assertThat(SdkProbe.requests()).filteredOn("UpdateItem"::equals).hasSize(3);
  }

  @Test
  void aChangeWhoseReplyIsLostIsFoundByItsAuditEntryAndNotRepeated() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "counted");
    SdkProbe.reset();
    SdkProbe.failAfter(
        times(1, TransactWriteItemsRequest.class::isInstance, LostRepliesTest::timeout));

    var made = client.data("api_token_create", "token_name", "lost");

    assertThat(SdkProbe.requests()).filteredOn("TransactWriteItems"::equals).hasSize(1);
    assertThat(made.path("name").asText()).isEqualTo("lost");
    assertThat(client.data("audit_list").path("entries").size()).isEqualTo(2);
  }

  /** What there is of a limit is counted for the first token. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCountWhoseReplyIsLostIsSeenByTheNextTry(boolean beforeIt) {
    var client = reseller(MANAGE_API_TOKENS);
    SdkProbe.reset();
    var fault = times(1, LostRepliesTest::isOfALimit, LostRepliesTest::timeout);
    if (beforeIt) {
      SdkProbe.failBefore(fault);
    } else {
      SdkProbe.failAfter(fault);
    }

    client.data("api_token_create", "token_name", "first-counted");

    assertThat(client.data("api_token_list").path("tokens").size()).isEqualTo(2);
  }

  private static boolean isOfALimit(Object request) {
    return request instanceof UpdateItemRequest update
        && update.key().get("sk").s().equals("HELD");
  }

  @Test
  void aChangeThatWasLostOnTheWayIsSentAgain() {
    var client = reseller(MANAGE_API_TOKENS);
    SdkProbe.reset();
    SdkProbe.failBefore(
        times(1, TransactWriteItemsRequest.class::isInstance, LostRepliesTest::timeout));

    client.data("api_token_create", "token_name", "again");

    assertThat(client.data("audit_list").path("entries").size()).isEqualTo(1);
  }

  @Test
  void aChangeOfWhichNothingIsKnownIsOurFaultAndSaysSo() {
    var client = reseller(MANAGE_API_TOKENS);
    SdkProbe.reset();
    SdkProbe.failBefore(
        times(9, TransactWriteItemsRequest.class::isInstance, LostRepliesTest::timeout));

    var answer = client.raw().get("/json-api/api_token_create?api.version=1&token_name=unknown");

    assertThat(answer.statusCode()).isEqualTo(500);
    var id = answer.header("X-Request-Id");
    assertThat(answer.asString())
        .contains("it may have been done, which audit_list request_id=" + id + " tells");
    SdkProbe.reset();
    assertThat(client.data("audit_list", "request_id", id).path("entries")).isEmpty();
  }

  @Test
  void aTableThatIsMissingIsNamedInTheLog() {
    var lost = new Store(client, "nowhere");

    assertThatIllegalStateException()
        .isThrownBy(() -> lost.get(new Key("a", "b")).await().indefinitely())
        .withMessageContaining("“nowhere”");
  }

  @Test
  void withoutDynamoDbACallFailsWithAnXidThatTheLogHasAndServiceResumesByItself() {
    var client = reseller(MANAGE_API_TOKENS);
    try (var log = LogLines.capture()) {
      LocalDynamoDb.whileDown(() -> {
        var answer = client.raw().get("/json-api/version?api.version=1");
        assertThat(answer.statusCode()).isEqualTo(500);
        var envelope = WhmClient.parse(answer.asString());
        assertThat(envelope.at("/metadata/result").asInt()).isZero();
        var xid = XID.matcher(envelope.at("/metadata/reason").asText());
        assertThat(xid.find()).isTrue();
        assertThat(log.about(xid.group(1))).isNotEmpty();
      });
    }

    assertThat(client.data("version").path("version").asText()).isNotEmpty();
  }

  private static Function<SdkRequest, Optional<RuntimeException>> times(
      int count, Predicate<Object> which, Supplier<RuntimeException> failure) {
    var left = new AtomicInteger(count);
    return request -> which.test(request) && left.getAndDecrement() > 0
        ? Optional.of(failure.get())
        : Optional.empty();
  }

  private static RuntimeException conflict() {
    return cancelled("None", "TransactionConflict");
  }

  private static RuntimeException cancelled(String... codes) {
    return TransactionCanceledException.builder()
        .cancellationReasons(Stream.of(codes)
            .map(code -> CancellationReason.builder().code(code).build())
            .toList())
        .message("cancelled")
        .build();
  }

  private static RuntimeException timeout() {
    return ApiCallTimeoutException.create(1);
  }
}
