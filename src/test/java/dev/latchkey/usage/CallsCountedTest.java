package dev.latchkey.usage;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.api.Functions;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Counters;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Each call is counted under its function, once, and what is counted is never lost. */
@QuarkusTest
@InProcess
class CallsCountedTest extends WhmTest {
  private static final int THREADS = 32;

  @Inject
  Counters counters;

  @Inject
  Functions functions;

  @Inject
  Store store;

  @Inject
  QuotaSums sums;

  private TestClock.Stopped clock = at("2026-11-15T12:00:00Z");

  private static TestClock.Stopped at(String time) {
    return TestClock.stoppedAt(Instant.parse(time).getEpochSecond());
  }

  @AfterEach
  void noMoreFaults() {
    clock.close();
    SdkProbe.reset();
  }

  private int number(String function) {
    return functions.find(function).orElseThrow().declaration().number();
  }

  private Map<Integer, Long> november(Account account) {
    return counters.of(account.user(), "202611", Counters.NOVEMBER);
  }

  @Test
  void underTheFunctionOfEachCommandAndUnderNoneWhereThereIsNone() {
    var account = accounts.reseller();
    var client = WhmClient.of(account);

    client.data("version");
    client.data("version");
    client.post("nothing_of_this_name");
    client.post("batch", "command-1", "version", "command-2", "myprivs", "command-3", "nothing");
    client.post("batch");

    assertThat(november(account))
        .isEqualTo(
            Map.of(number("version"), 3L, number("myprivs"), 1L, number("batch"), 1L, 0, 2L));
    assertThat(counters.onCredentials(account.user())).containsEntry("calls_202611", 7L);
  }

  @Test
  void numbersAreUniqueAndNeverUsedAgain() {
    var known = new ArrayList<String>();
    Golden.text("function-numbers.txt").lines().forEach(known::add);
    var numbers = known.stream().map(line -> line.split(" ")[0]).toList();

    assertThat(new HashSet<>(numbers)).hasSameSizeAs(numbers);
    assertThat(known)
        .as("numbers that were given: add a line for a new function, and take none away")
        .containsAll(functions.declarations().stream()
            .map(declaration -> declaration.number() + " " + declaration.name())
            .toList());
  }

  @Test
  void aFaultOfOursIsTakenBackAndACallOverTheQuota() {
    var account = accounts.reseller(OptionalLong.of(3), MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    SdkProbe.failBefore(
        request -> request instanceof QueryRequest ? Optional.of(timeout()) : Optional.empty());
    for (var i = 0; i < 5; i++) {
      assertThat(client.raw().get("/json-api/api_token_list?api.version=1").statusCode())
          .isEqualTo(500);
    }
    SdkProbe.reset();
    assertThat(november(account)).isEmpty();

    for (var i = 0; i < 3; i++) {
      client.data("version");
    }
    sums.run().await().indefinitely();
    for (var i = 0; i < 3; i++) {
      client.failure("version");
    }
    assertThat(november(account)).isEqualTo(Map.of(number("version"), 3L));
    assertThat(counters.onCredentials(account.user())).containsEntry("calls_202611", 3L);
    assertThat(counters.onUser(account.user())).isEqualTo(Map.of("calls_202611", 3L));
  }

  @Test
  void aTakingBackWhoseReplyIsLostIsNotDoneTwice() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    client.data("version");
    SdkProbe.failBefore(
        request -> request instanceof QueryRequest ? Optional.of(timeout()) : Optional.empty());
    var updates = new AtomicInteger();
    SdkProbe.failAfter(
        request -> request instanceof UpdateItemRequest && updates.incrementAndGet() == 2
            ? Optional.of(timeout())
            : Optional.empty());

    assertThat(client.raw().get("/json-api/api_token_list?api.version=1").statusCode())
        .isEqualTo(500);

    SdkProbe.reset();
    assertThat(november(account)).isEqualTo(Map.of(number("version"), 1L));
  }

  /** The SDK would have sent it again by itself, and counted twice. */
  @Test
  void aCallWhoseReplyIsLostIsFoundByItsMark() {
    var account = accounts.reseller();
    var client = WhmClient.of(account);
    SdkProbe.reset();
    SdkProbe.failAfter(once(UpdateItemRequest.class));

    client.data("version");

    assertThat(SdkProbe.requests()).filteredOn("UpdateItem"::equals).hasSize(1);
    assertThat(november(account)).isEqualTo(Map.of(number("version"), 1L));
  }

  @Test
  void aCallThatWasLostOnTheWayIsSentAgain() {
    var account = accounts.reseller();
    var client = WhmClient.of(account);
    SdkProbe.failBefore(once(UpdateItemRequest.class));

    client.data("version");

    assertThat(november(account)).isEqualTo(Map.of(number("version"), 1L));
  }

  @Test
  void aRevokedTokenWhoseRequestIsLostIsRefused() {
    var account = accounts.reseller();
    var client = WhmClient.of(account);
    accounts.revoke(account.user(), account.token());
    SdkProbe.failBefore(once(UpdateItemRequest.class));

    assertThat(client.raw().get("/json-api/version?api.version=1").statusCode()).isEqualTo(403);
  }

  @Test
  void ofThirtyTwoAtATimeNoneIsCountedTwiceWhenOneReplyAtATimeIsLost() {
    var account = accounts.reseller();
    var client = WhmClient.of(account);
    var seen = new AtomicInteger();
    SdkProbe.failAfter(
        request -> request instanceof UpdateItemRequest && seen.incrementAndGet() % 16 == 0
            ? Optional.of(timeout())
            : Optional.empty());

    var answered = Together.run(THREADS, i -> {
          client.data("version");
          client.data("version");
          client.data("version");
          return 3;
        })
        .stream()
        .mapToLong(Integer::longValue)
        .sum();

    assertThat(november(account)).isEqualTo(Map.of(number("version"), answered));
  }

  @Test
  void whatIsAnsweredAndWhatIsCountedDifferByWhatTheLogCallsUnknown() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var random = new Random(12);
    Function<SdkRequest, Optional<RuntimeException>> lose =
        request -> (request instanceof UpdateItemRequest || request instanceof GetItemRequest)
                && random.nextInt(8) == 0
            ? Optional.of(timeout())
            : Optional.empty();
    try (var log = LogLines.capture()) {
      SdkProbe.failBefore(lose);
      SdkProbe.failAfter(lose);
      var answered = Together.run(
              8,
              i -> IntStream.range(0, 12)
                  .filter(
                      n -> client.raw().get("/json-api/version?api.version=1").statusCode() == 200)
                  .count())
          .stream()
          .mapToLong(Long::longValue)
          .sum();
      SdkProbe.reset();

      var unknown = log.about("it is unknown whether this call was").stream()
          .map(line -> line.substring(0, 36))
          .distinct()
          .count();
      var counted = november(account).getOrDefault(number("version"), 0L);
      System.out.printf("answered %d, counted %d, unknown %d%n", answered, counted, unknown);
      assertThat(Math.abs(answered - counted)).isLessThanOrEqualTo(unknown);
      assertThat(answered).isGreaterThan(20);
    }
  }

  @Test
  void whatIsOlderThanTheLastMonthIsKeptElsewhereOnceAlsoWhileCallsRun() {
    var account = accounts.reseller();
    var client = WhmClient.of(account);
    client.data("version");
    client.data("myprivs");
    clock = at("2026-12-15T12:00:00Z");
    client.data("version");
    assertThat(counters.onCredentials(account.user()))
        .containsKeys("calls_202611", Counters.NOVEMBER + "10");

    clock = at("2027-01-15T12:00:00Z");
    Together.run(8, i -> client.data("version"));

    assertThat(counters.onCredentials(account.user()).keySet())
        .noneMatch(name -> name.startsWith(Counters.NOVEMBER) || name.equals("calls_202611"));
    assertThat(november(account)).isEqualTo(Map.of(number("version"), 1L, number("myprivs"), 1L));
    assertThat(counters.of(account.user(), "202701", "2C"))
        .isEqualTo(Map.of(number("version"), 8L));
  }

  /** Eight counters of a year ago, as a release wrote them that had a record for each call. */
  @Test
  void countersOfAnEarlierReleaseGoAndItsQuotaGoesOn() {
    var account = accounts.reseller();
    var token = accounts.token(
        account.user(),
        "old",
        new Scope(Privileges.NONE, Optional.empty(), Optional.empty(), OptionalLong.of(5)));
    var old = WhmClient.of(account.with(token));
    var key = new Key("U#" + account.user(), "C#" + token.digest());
    var transaction = store.transaction();
    var item = store.get(key).await().indefinitely().orElseThrow();
    for (var month : new String[] {"202512", "202601", "202602", "202610"}) {
      item = item.with("calls_" + month, 7);
    }
    transaction.put(item.with("calls_202611", 4));
    store.write(transaction).await().indefinitely();

    old.data("version");
    assertThat(old.failure("version")).contains("has a quota of 5 calls a month, and has 0 left");
    assertThat(counters.onCredentials(account.user()).keySet())
        .contains("calls_202610", "calls_202611")
        .doesNotContain("calls_202512", "calls_202601");
  }

  @Test
  void aRecordOfEachCallIsWrittenWhereItIsWanted() {
    var usage = new UsageRecord(
        "somebody", "id", "token", "0123456789abcdef", "version", 1, 1, Instant.EPOCH);
    var key = new Key("M#somebody#197001", "id");

    new UsageTable(store, false).record(usage).await().indefinitely();
    assertThat(store.get(key).await().indefinitely()).isEmpty();

    var table = new UsageTable(store, true);
    table.record(usage).await().indefinitely();
    table.record(usage).await().indefinitely();
    assertThat(store.get(key).await().indefinitely().map(item -> item.getText("function_name")))
        .contains("version");
  }

  private static Function<SdkRequest, Optional<RuntimeException>> once(Class<?> which) {
    var left = new AtomicInteger(1);
    return request -> which.isInstance(request) && left.getAndDecrement() > 0
        ? Optional.of(timeout())
        : Optional.empty();
  }

  private static RuntimeException timeout() {
    return ApiCallTimeoutException.create(1);
  }
}
