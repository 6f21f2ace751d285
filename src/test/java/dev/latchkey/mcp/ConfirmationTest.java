package dev.latchkey.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.access.Caller;
import dev.latchkey.access.CallerSecret;
import dev.latchkey.access.Credential;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.User;
import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Permission;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Format;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A code is good for the call whose dry run gave it, for ten minutes, and for nothing else. */
class ConfirmationTest {
  private static final Instant AT = Instant.parse("2026-11-30T00:00:00Z");
  private static final String SECRET = "a secret";
  private static final String ID = "0123456789abcdef0123";

  private final String code = Confirmation.of(
          call("ticket_grant", ID, SECRET, AT, "ticket", "1", "api.dry_run", "1"))
      .code();

  @Test
  void itConfirmsTheSameCall() {
    assertThatCode(() -> Confirmation.check(grant(ID, SECRET, AT.plusSeconds(599)), code))
        .doesNotThrowAnyException();
  }

  @Test
  void itIsOverAfterTenMinutes() {
    assertThatThrownBy(() -> Confirmation.check(grant(ID, SECRET, AT.plusSeconds(600)), code))
        .isInstanceOf(WhmFailure.class)
        .hasMessageContaining("confirm: is over: a code holds 10 minutes. Nothing was done");
  }

  @Test
  void whoHasTheCodeCannotMakeItLastLonger() {
    var later = Long.parseLong(code.substring(0, code.indexOf('.'))) + 600;
    var forged = later + code.substring(code.indexOf('.'));

    assertIsForAnotherCall(grant(ID, SECRET, AT), forged);
  }

  @Test
  void itHoldsForItsArgumentsAlone() {
    for (var arguments : List.of(
        List.of("ticket", "2"),
        List.of("ticket", "1", "several-1", "a"),
        List.of("several-1", "a"),
        List.<String>of())) {
      assertIsForAnotherCall(
          call("ticket_grant", ID, SECRET, AT, arguments.toArray(String[]::new)), code);
    }
  }

  @Test
  void valuesThatWouldReadTheSameInARowDiffer() {
    var two = call("ticket_grant", ID, SECRET, AT, "several-1", "a", "several-2", "b");
    var one = call("ticket_grant", ID, SECRET, AT, "several-1", "a", "ticket", "b");

    assertIsForAnotherCall(one, Confirmation.of(two).code());
  }

  @Test
  void itHoldsForItsFunctionAlone() {
    assertIsForAnotherCall(call("ticket_revoke", ID, SECRET, AT, "ticket", "1"), code);
  }

  /** The name of the host may say which server is meant. */
  @Test
  void itHoldsForItsHostAlone() {
    var there = Confirmation.of(at("web01.example.com")).code();

    assertThatCode(() -> Confirmation.check(at("web01.example.com"), there))
        .doesNotThrowAnyException();
    assertIsForAnotherCall(at("web02.example.com"), there);
  }

  @Test
  void itHoldsForItsTokenAlone() {
    assertIsForAnotherCall(grant("fedcba98765432100123", SECRET, AT), code);
    assertIsForAnotherCall(grant(ID, "another secret", AT), code);
  }

  @Test
  void whatNoDryRunGaveIsRefusedAsSuch() {
    for (var text :
        List.of("", "1", "yes", code + "\n", code.toUpperCase(), "9".repeat(20) + code)) {
      assertThatThrownBy(() -> Confirmation.check(grant(ID, SECRET, AT), text))
          .as(text)
          .isInstanceOf(WhmFailure.class)
          .hasMessageContaining("is not a code");
    }
  }

  @Test
  void twoDryRunsGiveTwoCodesThatFitAnIdempotencyKey() {
    var other = Confirmation.of(
        call("ticket_grant", ID, SECRET, AT, "ticket", "1", "request", "another request"));

    assertThat(other.code()).isNotEqualTo(code).matches("[!-+\\--~]{1,255}");
    assertThat(other.until()).isEqualTo(AT.plusSeconds(600));
  }

  private static void assertIsForAnotherCall(Call call, String shown) {
    assertThatThrownBy(() -> Confirmation.check(call, shown))
        .isInstanceOf(WhmFailure.class)
        .hasMessageContaining("is not a code for this call");
  }

  private static Call grant(String credential, String secret, Instant at) {
    return call("ticket_grant", credential, secret, at, "ticket", "1");
  }

  private static Call at(String host) {
    return call("https://" + host, "ticket_grant", ID, SECRET, AT, List.of("ticket", "1"));
  }

  private static Call call(
      String function, String credential, String secret, Instant at, String... arguments) {
    return call("https://whm.example.com", function, credential, secret, at, List.of(arguments));
  }

  private static Call call(
      String origin,
      String function,
      String credential,
      String secret,
      Instant at,
      List<String> arguments) {
    var declaration = Declaration.of(function, "Does something.")
        .forAnyCaller()
        .changes()
        .needs(Permission.CHANGE_TICKETS)
        .takes(
            Parameter.optional("ticket", ParameterType.TEXT, "A ticket."),
            Parameter.several("several", ParameterType.TEXT, "Several."));
    var all = new ArrayList<Argument>();
    var request = "request-1";
    for (var i = 0; i < arguments.size(); i += 2) {
      if (arguments.get(i).equals("request")) {
        request = "request-2";
      } else {
        all.add(new Argument(arguments.get(i), arguments.get(i + 1)));
      }
    }
    return new Call(
        declaration,
        new Arguments(all),
        caller(credential, secret),
        Optional.of(origin),
        Format.JSON,
        at,
        request);
  }

  private static Caller caller(String credential, String secret) {
    var scope = new Scope(Privileges.ALL, Optional.empty(), Optional.empty(), OptionalLong.empty());
    var user = new User("somebody", Privileges.ALL, false, OptionalLong.empty(), "1");
    return new Caller(
        user,
        user,
        new Credential("somebody", credential, "token", scope, Instant.EPOCH, "1"),
        scope,
        "192.0.2.1",
        CallerSecret.of(secret),
        Optional.empty(),
        Optional.of("MCP"));
  }
}
