package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Golden;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WatchedGrantTest extends CliCase {
  private static final String[] WATCH = {
    "watch", "ticket_grant", "ticket_id=7", "server_num=1", "secure_id=@-", "--output=json"
  };

  private CliRun watch(String... more) {
    return new CliRun(home)
        .to(server.url(), "root:T")
        .reading("secret")
        .onTerminal()
        .run(Stream.of(WATCH, more).flatMap(Stream::of).toArray(String[]::new));
  }

  private static String granted(String status) {
    return "{\"ticket_id\":\"7\",\"server_num\":\"1\",\"ssh_username\":\"root\",\"auth_status\":\""
        + status + "\",\"server_name\":\"web01\",\"non_fatals\":[\"web01 sleeps\"]}";
  }

  private static String listed(String fields) {
    return listedAs("\"expires_at\":1900000000," + fields);
  }

  private static String listedAs(String fields) {
    return "{\"auths\":[{\"ticket_id\":7,\"servers\":[{\"server_num\":2,\"ssh_username\":\"root\",\"auth_status\":\"AUTHED\"},"
        + "{\"server_num\":1,\"ssh_username\":\"root\"," + fields + "}]}]}";
  }

  @Test
  void endsAtOnceWhereTheServerHasConfirmed() {
    server.done(granted("AUTHED"));

    assertThat(watch().code()).isZero();
    assertThat(server.requests()).hasSize(1);
    assertThat(server.requests().get(0)).contains("Idempotency-Key: ", "secure_id=secret");
  }

  @Test
  void looksUntilItIsAuthed() {
    server
        .done(granted("NOT_AUTHED"))
        .done(listed("\"auth_status\":\"NOT_AUTHED\""))
        .done(listed("\"auth_status\":\"AUTHED\""));
    var run = watch();

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains(
            "the grant stands, also if you stop watching",
            "web01 sleeps",
            "web01: NOT_AUTHED, 2 s of 120 s",
            "web01: AUTHED.");
    assertThat(server.requests().get(1))
        .startsWith("POST /json-api/ticket_list ")
        .contains("ticket_id=7")
        .doesNotContain("secure_id");
  }

  @Test
  void saysTheReasonThatTheTestOfTheServerFinds() {
    server.done(granted("NOT_AUTHED"));
    for (var i = 0; i < 5; i++) {
      server.done(listed("\"auth_status\":\"NOT_AUTHED\""));
    }
    server.done(
        "{\"result\":\"AUTH\",\"accounts\":[{\"ssh_username\":\"root\",\"result\":\"AUTH\",\"because\":[\"PermitRootLogin is no\"]}]}");
    var run = watch();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("web01: AUTH: PermitRootLogin is no");
  }

  /** A slow server that has not heard of the grant says nothing for good. */
  @Test
  void whatHasOnlyToArriveIsNoReason() {
    server.done(granted("NOT_AUTHED"));
    for (var i = 0; i < 5; i++) {
      server.done(listed("\"auth_status\":\"NOT_AUTHED\""));
    }
    server
        .done(
            "{\"result\":\"AUTH\",\"accounts\":[{\"ssh_username\":\"root\",\"result\":\"AUTH\",\"because\":[\"web01 was not told of the grant yet\"],\"told\":0}]}")
        .done(listed("\"auth_status\":\"AUTHED\""));
    var run = watch();

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("web01: AUTHED.").doesNotContain("was not told");
  }

  @Test
  void endsWhereTheAccessIsTakenAwayOrHeld() {
    server
        .done(granted("NOT_AUTHED"))
        .done(listed("\"auth_status\":\"AUTHED\",\"ending\":\"REVOKED\""));
    assertThat(watch().err()).contains("being taken away (REVOKED)");
    server
        .done(granted("NOT_AUTHED"))
        .done(granted("NOT_AUTHED"))
        .done(listed("\"auth_status\":\"NOT_AUTHED\",\"held\":1"));
    assertThat(watch().code()).isEqualTo(1);
  }

  @Test
  void whatIsNeverConfirmedIsNotSaidToBeDone() {
    server.done(granted("NOT_AUTHED")).done(listed("\"auth_status\":\"NOT_AUTHED\""));
    var run = watch();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("has not confirmed within 120 s", "it is not known why");
  }

  @Test
  void aRefusalIsTheEnd() {
    server.refused("There is no such ticket.");

    assertThat(watch().code()).isEqualTo(1);
    assertThat(server.requests()).hasSize(1);
  }

  /** A read may be older than the grant; two are not. */
  @Test
  void whatSomebodyElseHasRevokedMeanwhileDoesNotStand() {
    server
        .done(granted("NOT_AUTHED"))
        .done(listedAs("\"auth_status\":\"NOT_AUTHED\""))
        .done(listed("\"auth_status\":\"NOT_AUTHED\""))
        .done(listedAs("\"auth_status\":\"NOT_AUTHED\""));
    var run = watch();

    assertThat(run.code()).isEqualTo(1);
    assertThat(server.requests()).hasSize(5);
    assertThat(last(run))
        .isEqualTo(
            "latchkey: web01: the grant is gone; somebody has revoked it, or its time is over.");
  }

  @Test
  void whatTheLastLookDidNotSeeIsNotSaidToStand() {
    server.done(granted("NOT_AUTHED")).done(listedAs("\"auth_status\":\"NOT_AUTHED\""));

    assertThat(last(watch("--for=1")))
        .contains("not known whether the grant still stands")
        .doesNotContain("The grant stands, and");
  }

  @Test
  void aClosedTicketThatIsGoneIsNotWaitedFor() {
    server.done(granted("NOT_AUTHED")).done("{\"auths\":[],\"non_fatals\":[]}");
    var run = watch();

    assertThat(run.code()).isEqualTo(1);
    assertThat(last(run)).contains("the grant is gone");
  }

  @Test
  void theTimeOfTheGrantEnds() {
    server.done(granted("NOT_AUTHED")).done(listed("\"auth_status\":\"EXPIRED\""));

    assertThat(last(watch())).isEqualTo("latchkey: web01: the time of the grant is over.");
  }

  /** Its own token was revoked: the grant is done, and nobody here can say more. */
  @Test
  void aCredentialThatIsGoneMeanwhileIsSaidAndTheAnswerIsShown() {
    server.done(granted("NOT_AUTHED")).says(403, Golden.text("access-denied.json"));
    var run = watch();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("\"ticket_id\":\"7\"");
    assertThat(run.err())
        .contains("ticket_grant was done; it is not known whether web01 has confirmed it.")
        .doesNotContain("The grant stands, and");
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void aNetworkThatIsGoneForAWhileEndsNothing() {
    server.done(granted("NOT_AUTHED"));
    for (var i = 0; i < 3; i++) {
      server.says(out -> out.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".getBytes()));
    }
    server
        .says(502, "<html>Bad gateway</html>")
        .says(502, "<html>Bad gateway</html>")
        .says(502, "<html>Bad gateway</html>")
        .done(listed("\"auth_status\":\"AUTHED\""));
    var run = watch();

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("web01: no answer, ");
    assertThat(last(run)).isEqualTo("latchkey: web01: AUTHED.");
  }

  @Test
  void aNetworkThatStaysAwayIsNotTakenForTheServer() {
    server
        .done(granted("NOT_AUTHED"))
        .says(out -> out.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".getBytes()));
    var run = watch("--for=4", "--retries=0");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.out()).contains("\"ticket_id\":\"7\"");
    assertThat(last(run))
        .contains("gave no answer", "it is not known whether web01 has confirmed it.");
  }

  @Test
  void aListThatIsRefusedIsNoWordOnTheGrant() {
    server.done(granted("NOT_AUTHED")).refused("You may not.");

    assertThat(last(watch())).contains("not known whether it has confirmed: You may not.");
  }

  @Test
  void aDryRunIsNotWatched() {
    var run = watch("api.dry_run=1");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("leave “watch” out");
    assertThat(server.requests()).isEmpty();
  }

  /** Nothing of an answer in XML is read, so that it could not be said whether it was confirmed. */
  @Test
  void anAnswerInXmlIsNotWatched() {
    server.done(granted("AUTHED"));
    var run = new CliRun(home)
        .to(server.url(), "root:T")
        .reading("secret")
        .run("watch", "ticket_grant", "ticket_id=7", "secure_id=@-", "-o", "xml");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("use one of the other formats");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aKeyThatTheCallNamesIsTheKey() {
    server.done(granted("AUTHED"));
    watch("api.idempotency_key=mine");

    assertThat(server.requests().get(0)).contains("Idempotency-Key: mine\r\n");
  }

  /** What stands there in the end. */
  private static String last(CliRun run) {
    return run.err().lines().reduce("", (before, line) -> line).replaceFirst(".*\u001b\\[K", "");
  }
}
