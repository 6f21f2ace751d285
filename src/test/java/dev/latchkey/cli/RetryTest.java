package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent again, and what never is. */
class RetryTest extends CliCase {
  private static final String[] REVOKE = {
    "ticket_revoke", "ticket_id=1", "server_num=1", "ssh_username=root"
  };

  private CliRun latchkey() {
    return new CliRun(home).to(server.url(), "root:T");
  }

  @Test
  void whatOnlyReadsIsSentAgainAfterTheTimeThatTheServerSays() {
    server.says(503, "", "Retry-After: 7").says(429, "").done("{}");
    var run = latchkey().run("version");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.pauses()).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(1));
  }

  @Test
  void aConnectionThatEndsIsOneOfTheReasons() {
    server.says(out -> {}).done("{}");

    assertThat(latchkey().run("version").code()).isZero();
  }

  @Test
  void aChangeIsSentOnce() {
    server.says(503, "", "Retry-After: 1");
    var run = latchkey().run(REVOKE);

    assertThat(run.code()).isEqualTo(5);
    assertThat(server.requests()).hasSize(1);
    assertThat(run.err())
        .contains("It asks to wait 1 s.", "It is not known whether ticket_revoke was done");
  }

  /** Its commands may be changes, of which no list of functions can tell. */
  @Test
  void aBatchIsSentOnceUnlessItHasAKey() {
    server.says(503, "");
    var run = latchkey().run("batch", "command=ticket_create_stub_ticket");

    assertThat(run.code()).isEqualTo(5);
    assertThat(server.requests()).hasSize(1);
    assertThat(run.err()).contains("It is not known whether batch was done");
    assertThat(latchkey().run("help", "batch").out())
        .contains("Any caller may call it; it changes what its commands change.");

    latchkey().run("batch", "command=ticket_create_stub_ticket", "--idempotency-key=new");
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void aChangeWithAKeyIsSentAgainUnderTheSameKey() {
    server.says(503, "").says(out -> {}).done("{}");
    var run = latchkey()
        .run(
            "ticket_revoke",
            "--idempotency-key=new",
            "ticket_id=1",
            "server_num=1",
            "ssh_username=root");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(server.requests()).hasSize(3);
    assertThat(server.requests().stream()
            .map(request -> request.replaceFirst("(?s).*Idempotency-Key: (\\S+).*", "$1"))
            .distinct())
        .hasSize(1)
        .allMatch(key -> key.length() == 36);
  }

  /** The last try says nothing of the first one, whose answer was lost. */
  @ParameterizedTest
  @ValueSource(ints = {401, 403, 400, 503})
  void whatBecameOfAnEarlierTryIsNotKnownWhateverTheLastOneMeets(int status) {
    server.says(out -> {}).says(status, "");
    var run = latchkey()
        .run(
            "ticket_revoke",
            "--idempotency-key=new",
            "--retries=1",
            "ticket_id=1",
            "server_num=1",
            "ssh_username=root");

    assertThat(server.requests()).hasSize(2);
    assertThat(run.err().split("It is not known whether ticket_revoke was done", -1))
        .hasSize(2);
  }

  @Test
  void aFunctionThatNobodyKnowsHereIsSentOnce() {
    server.says(503, "");

    assertThat(latchkey().run("function_of_tomorrow").code()).isEqualTo(5);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aRefusalIsNotSentAgain() {
    server.refused("No.");
    latchkey().run("version");

    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void whoeverIsToldToWaitLongDecidesHimself() {
    server.says(503, "", "Retry-After: 3600");
    var run = latchkey().run("version");

    assertThat(run.code()).isEqualTo(5);
    assertThat(run.err()).contains("3600 s");
    assertThat(run.pauses()).isEmpty();
  }

  @Test
  void theServerMayNameADate() {
    assertThat(HttpDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT")).contains(784_111_777L);
    assertThat(HttpDate.seconds("Sun, 06 Nox 1994 08:49:37 GMT")).isEmpty();
    server.says(503, "", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT").done("{}");

    assertThat(latchkey().run("version").pauses()).containsExactly(Duration.ZERO);
  }
}
