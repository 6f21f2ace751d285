package dev.latchkey.access;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Account;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.Counters;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.usage.Upkeep;
import io.quarkus.arc.All;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who has used up a quota is told so, and when it ends; whose credential is good for nothing is told nothing. */
@QuarkusTest
@InProcess
@WayIn
class OverQuotaTest extends WhmTest {
  /** Ten days and twelve hours before the end of November. */
  private static final Instant AT = Instant.parse("2026-11-20T12:00:00Z");

  private static final String LEFT = ";t=907200";

  @Inject
  Counters counters;

  @Inject
  @All
  List<Upkeep> upkeep;

  private TestClock.Stopped clock = TestClock.stoppedAt(AT.getEpochSecond());

  @AfterEach
  void theClockGoesOn() {
    clock.close();
  }

  private void sum() {
    upkeep.stream()
        .filter(work -> work.getClass().getSimpleName().startsWith("QuotaSums"))
        .forEach(work -> work.run().await().indefinitely());
  }

  private Account withQuota(Account account, String name, long quota) {
    return account.with(accounts.token(
        account.user(),
        name,
        new Scope(
            Privileges.of(MANAGE_API_TOKENS),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.of(quota))));
  }

  private static Response call(Account account, String function) {
    return WhmClient.of(account).raw().get("/json-api/" + function);
  }

  @Test
  void theReasonSaysWhichQuotaHowManyAndWhenItEnds() {
    var few = withQuota(accounts.reseller(MANAGE_API_TOKENS), "few", 3);
    WhmClient.of(few).data("version");

    // A batch is as many calls as it has commands: three do not fit any more, two do.
    var three = call(few, "batch?api.version=1&command=version&command=version&command=version");
    assertThat(three.statusCode()).isEqualTo(200);
    assertThat(three.jsonPath().getInt("metadata.result")).isZero();
    assertThat(three.jsonPath().getString("metadata.reason"))
        .contains(
            "The token “few” has a quota of 3 calls a month, and has 2 left; this batch counts as 3.")
        .contains("The quota resets at 2026-12-01T00:00:00Z");
    assertThat(three.header("Retry-After")).isEqualTo("907200");
    WhmClient.of(few).data("batch", "command-1", "version", "command-2", "version");

    var over = call(few, "version?api.version=1");
    assertThat(over.statusCode()).isEqualTo(200);
    assertThat(over.jsonPath().getString("metadata.reason"))
        .contains("and has 0 left. The quota resets at 2026-12-01T00:00:00Z");
    assertThat(over.header("RateLimit")).isEqualTo("\"token\";r=0" + LEFT);
    assertThat(counters.onCredentials(few.user())).containsEntry("calls_202611", 3L);
  }

  @Test
  void whoComesFromAnotherAddressLearnsNothingOfAQuota() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var elsewhere = account.with(accounts.token(
        account.user(),
        "elsewhere",
        new Scope(
            Privileges.of(MANAGE_API_TOKENS),
            Optional.empty(),
            Optional.of(new AddressList(List.of(AddressRange.parse("192.0.2.0/24")))),
            OptionalLong.of(0))));

    assertThat(call(elsewhere, "version?api.version=1").statusCode()).isEqualTo(403);
  }

  @Test
  void aLoginSaysItToo() {
    var few = withQuota(accounts.reseller(MANAGE_API_TOKENS), "few", 1);
    WhmClient.of(few).data("version");

    var over = Browser.login(few.user(), few.token().reveal(), "/?login_only=1");

    assertThat(over.statusCode()).isEqualTo(401);
    assertThat(over.jsonPath().getString("message"))
        .contains("The token “few” has a quota of 1 calls a month", "The quota resets at");
    assertThat(over.header("Retry-After")).isEqualTo("907200");
  }

  /** A list may come in several fields of the same name (RFC 9110 section 5.3), as from what stands in for the gateway. */
  private static String field(Response answer, String name) {
    return answer.headers().getValues(name).stream()
        .map(String::strip)
        .collect(Collectors.joining(", "));
  }

  @Test
  void everyAnswerSaysWhatIsLeft() {
    var account = withQuota(accounts.reseller(OptionalLong.of(50), MANAGE_API_TOKENS), "some", 9);
    WhmClient.of(account).data("version");
    sum();

    var answer = call(account, "version?api.version=1");
    assertThat(field(answer, "RateLimit-Policy"))
        .isEqualTo("\"token\";q=9;w=2592000, \"user\";q=50;w=2592000");
    assertThat(field(answer, "RateLimit"))
        .isEqualTo("\"token\";r=7" + LEFT + ", \"user\";r=48" + LEFT);
    assertThat(field(call(account, "nothing_of_this_name?api.version=1"), "RateLimit"))
        .startsWith("\"token\";r=6;");
    assertThat(answer.header("Retry-After")).isNull();
    assertThat(call(accounts.reseller(), "version").headers().hasHeaderWithName("RateLimit"))
        .isFalse();
  }

  @Test
  void aUsersQuotaHoldsForAllItsTokensFromTheNextMinuteOn() {
    var first = accounts.reseller(OptionalLong.of(3), MANAGE_API_TOKENS);
    var second = withQuota(first, "second", 100);
    WhmClient.of(first).data("version");
    WhmClient.of(second).data("version");
    WhmClient.of(second).data("version");
    sum();

    for (var each : List.of(first, second)) {
      assertThat(WhmClient.of(each).failure("version"))
          .contains(
              "The user “" + first.user() + "” has a quota of 3 calls a month, and has 0 left");
    }
    assertThat(counters.onCredentials(first.user())).containsEntry("calls_202611", 3L);

    clock = TestClock.stoppedAt(Instant.parse("2026-12-01T00:00:00Z").getEpochSecond());
    WhmClient.of(first).data("version");
    WhmClient.of(second).data("version");
  }

  @Test
  void whatARevokedTokenCountedIsInTheSum() {
    var account = accounts.reseller(OptionalLong.of(2), MANAGE_API_TOKENS);
    var gone = withQuota(account, "gone", 100);
    WhmClient.of(gone).data("version");
    WhmClient.of(gone).data("version");
    accounts.revoke(account.user(), gone.token());
    clock = TestClock.stoppedAt(AT.plusSeconds(90).getEpochSecond());
    upkeep.forEach(work -> work.run().await().indefinitely());
    sum();

    assertThat(WhmClient.of(account).failure("version")).contains("and has 0 left");
  }

  @Test
  void whoIsSuspendedLearnsNothingOfAQuota() {
    var few = withQuota(accounts.reseller(), "few", 1);
    WhmClient.of(few).data("version");
    accounts.suspend(few.user());

    assertThat(call(few, "version").statusCode()).isEqualTo(403);
    assertThat(call(few, "version").headers().hasHeaderWithName("Retry-After")).isFalse();
  }

  @Test
  void whoseTokenHasExpiredLearnsNothingOfAQuota() {
    var account = accounts.reseller();
    var expired = account.with(accounts.token(
        account.user(),
        "old",
        new Scope(
            Privileges.NONE,
            Optional.of(AT.plusSeconds(5)),
            Optional.empty(),
            OptionalLong.of(1))));
    WhmClient.of(expired).data("version");
    assertThat(call(expired, "version").statusCode()).isEqualTo(200);
    clock = TestClock.stoppedAt(AT.plusSeconds(6).getEpochSecond());
    assertThat(call(expired, "version").statusCode()).isEqualTo(403);
  }

  @Test
  void theLogSaysWhoWasRefusedAndThatItIsNotCounted() {
    var few = withQuota(accounts.reseller(), "few", 1);
    WhmClient.of(few).data("version");
    try (var log = LogLines.capture()) {
      WhmClient.of(few).failure("version");
      assertThat(log.about("\"user\":\"" + few.user() + "\""))
          .singleElement()
          .asString()
          .contains("\"outcome\":\"refused\"", "\"counted\":\"no\"", "The token “few” has a quota");
    }
  }
}
