package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedGrantTest {
  private static final String[] WATCH = {
    "watch", "ticket_grant", "ticket_id=7", "server_num=1", "secure_id=@-", "--output=json"
  };

  @TempDir
  Path home;

  private final ScriptedServer server = new ScriptedServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private CliRun watch() {
    return new CliRun(home)
        .to(server.url(), "root:T")
        .reading("secret")
        .onTerminal()
        .run(WATCH);
  }

  private static String granted(String status) {
    return "{\"ticket_id\":\"7\",\"server_num\":\"1\",\"ssh_username\":\"root\",\"auth_status\":\""
        + status + "\",\"server_name\":\"web01\",\"non_fatals\":[\"web01 sleeps\"]}";
  }

  private static String listed(String fields) {
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
}
