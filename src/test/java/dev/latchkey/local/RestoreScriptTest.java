package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.WhmClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code infra/restore}; AWS' command line is a stand-in that notes what it is asked for. */
class RestoreScriptTest {
  private static final String TIME = "2026-11-28T12:00:00Z";
  private static final String NEW = "latchkey-restored-20261128T120000Z";
  private static final String SECRET = "KEEPTHISOUTOFARGUMENTS";

  /**
   * The restored table is there only after it was asked for; the stack keeps its parameters; a scan has the attributes and
   * the partitions that it asks for; fleet_hold has two pages.
   */
  private static final String AWS = """
      #!/bin/sh
      printf '%s\\n' "$*" >> "$AWS_CALLS"
      case "$1 $2" in
        'cloudformation describe-stack-resource') for word; do case $prev in --logical-resource-id) echo "id-$word";; esac; prev=$word; done ;;
        'cloudformation describe-stacks') cat "$AWS_CALLS.stack" ;;
        'cloudformation update-stack')
          [ -z "${UPDATE_FAILS:-}" ] || exit 255
          for word; do case $word in file:*) python3 - "$AWS_CALLS.stack" "${word#file://}" <<'PYTHON'
      import json, sys
      old, new = (json.load(open(path)) for path in sys.argv[1:])
      values = {one["ParameterKey"]: one["ParameterValue"] for one in old}
      for one in new:
          assert one.get("UsePreviousValue") or values.update({one["ParameterKey"]: one["ParameterValue"]}) is None
      assert len(new) == len(old)
      json.dump([{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()], open(sys.argv[1], "w"))
      PYTHON
          ;; esac; done ;;
        'dynamodb describe-table')
          case $* in
            *restored*TableStatus*)
              [ "${STATUS:-}" != denied ] || { [ ! -e "$AWS_CALLS.restored" ] || { echo AccessDenied >&2; exit 254; }; }
              [ -z "${STATUS:-}" ] || [ ! -e "$AWS_CALLS.restored" ] || { echo "$STATUS"; exit; } ;;
          esac
          case $* in
            *restored*) [ -e "$AWS_CALLS.restored" ] || { echo ResourceNotFoundException >&2; exit 254; } ;;
          esac
          case $* in
            *RestoreSummary*restored* | *restored*RestoreSummary*) echo arn:aws:dynamodb:us-east-1:1:table/id-Table ;;
            *RestoreSummary* | *KMSMasterKeyArn*) echo None ;;
            *TableArn*) for word; do case $word in *restored* | id-*) echo "arn:$word" ;; esac; done ;;
            *) echo ACTIVE ;;
          esac ;;
        'dynamodb restore-table-to-point-in-time') touch "$AWS_CALLS.restored" ;;
        'dynamodb describe-time-to-live') echo DISABLED ;;
        'dynamodb list-tags-of-resource')
          case $* in
            *latchkey:restored*) echo 2026-11-28T12:00:00Z ;;
            *latchkey:held*) cat "$AWS_CALLS.held" ;;
            *) echo '[{"Key":"team","Value":"ops"},{"Key":"aws:cloudformation:stack-name","Value":"x"}]' ;;
          esac ;;
        'dynamodb tag-resource')
          case $* in
            *latchkey:held*) echo now > "$AWS_CALLS.held" ;;
            *) for word; do case $word in file:*) cat "${word#file://}" > "$AWS_CALLS.tags" ;; esac; done ;;
          esac ;;
        'dynamodb scan')
          python3 - "$AWS_CALLS.$(case $* in *restored*) echo new ;; *) echo old ;; esac)" "$@" <<'PYTHON'
      import json, sys
      asked = dict(zip(sys.argv[2:], sys.argv[3:]))
      names = asked["--projection-expression"].replace("#at", "at").split(", ")
      begins = tuple(one["S"] for one in json.loads(asked["--expression-attribute-values"]).values())
      items = [one for one in json.load(open(sys.argv[1]))["Items"] if one["pk"]["S"].startswith(begins)]
      print(json.dumps({"Items": [{name: value for name, value in one.items() if name in names} for one in items]}))
      PYTHON
          ;;
        'lambda invoke')
          for word; do case $word in fileb:*) cat "${word#fileb://}" >> "$AWS_CALLS.payloads" ;; esac; last=$word; done
          [ -z "${HOLD_FAILS:-}" ] || { echo '{"statusCode":403}' > "$last"; exit; }
          if grep -q cursor "$AWS_CALLS.payloads"; then
            page='\\"servers\\":[{\\"name\\":\\"web02\\",\\"epoch\\":1,\\"held\\":0}]'
          else
            page='\\"servers\\":[{\\"name\\":\\"web01\\",\\"epoch\\":1,\\"held\\":2}],\\"next\\":\\"root#web01\\"'
          fi
          printf '%s' '{"statusCode":200,"body":"{\\"metadata\\":{\\"result\\":1},\\"data\\":{\\"before\\":1795880000,PAGE}}"}' | sed "s|PAGE|$(printf '%s' "$page" | sed 's/\\\\/\\\\\\\\/g')|" > "$last" ;;
      esac
      """;

  private static final String GONE = token("U#root", "C#1", "ci", "all", 1_795_000_000);
  private static final String WIDER = token("U#root", "C#2", "ops", "all", 1_795_000_000);
  private static final String KEPT = token("U#bob", "C#3", "same", "list-accts", 1_795_000_000);

  private static final String OPENED_AFTER =
      token("U#root", "C#4", "younger", "all", 1_797_000_000);

  private static final String REVOKED =
      "{\"pk\":{\"S\":\"A#root\"},\"sk\":{\"S\":\"001795900000000#r1\"},\"at\":{\"N\":\"1795900000000\"},"
          + "\"function_name\":{\"S\":\"api_token_revoke\"},\"what\":{\"S\":\"revoked the token ci\"}}";

  private static String user(String name, String more) {
    return ("{'pk':{'S':'U#%s'},'sk':{'S':'PROFILE'}%s}").formatted(name, more).replace('\'', '"');
  }

  private static String server(String name, String owner, String node) {
    return ("{'pk':{'S':'S#%s'},'sk':{'S':'SERVER'},'owner_name':{'S':'%s'},'node':{'S':'%s'}}")
        .formatted(name, owner, node)
        .replace('\'', '"');
  }

  private static String until(String token, Instant end) {
    return token.replaceFirst("}$", ",\"expires_at\":{\"N\":\"" + end.getEpochSecond() + "\"}}");
  }

  private static String token(String pk, String sk, String name, String acl, long created) {
    return ("{'pk':{'S':'%s'},'sk':{'S':'%s'},'token_name':{'S':'%s'},'acls':{'SS':['%s']},"
            + "'create_time':{'N':'%d'}}")
        .formatted(pk, sk, name, acl, created)
        .replace('\'', '"');
  }

  @TempDir
  Path folder;

  @BeforeEach
  void stack() throws IOException {
    write(
        "stack",
        "[" + parameter("HostName", "whm.example.com") + "," + parameter("TableName", "")
            + "," + parameter("Closed", "no") + "," + parameter("ThrottlingRate", "50") + ","
            + parameter("ThrottlingBurst", "100") + "]");
    write("held", "");
    var alsoOfBob = REVOKED.replace("A#root", "A#bob");
    tables(
        List.of(WIDER.replace("all", "list-accts"), KEPT, REVOKED, alsoOfBob),
        List.of(GONE, WIDER, KEPT));
  }

  private static String parameter(String name, String value) {
    return "{\"ParameterKey\":\"%s\",\"ParameterValue\":\"%s\"}".formatted(name, value);
  }

  private void tables(List<String> old, List<String> restored) throws IOException {
    write("old", "{\"Items\":" + old + "}");
    write("new", "{\"Items\":" + restored + "}");
  }

  private void write(String what, String text) throws IOException {
    Files.writeString(folder.resolve("calls." + what), text);
  }

  @Test
  void closesRestoresTellsOfTokensSwitchesAndHoldsEveryPage() throws Exception {
    var said = restore("latchkey", TIME);

    assertThat(said)
        .contains(
            "Lost: 2026-11-28T21:06:40Z api_token_revoke of root: \"revoked the token ci\"",
            "api_token_revoke of bob: ",
            "Token \"ci\" of root: revoked since",
            "Token \"ops\" of root: changed since",
            "web01: 2 grants are held",
            "web02: 0 grants are held",
            "is still closed")
        .doesNotContain("same");
    var calls = calls();
    assertThat(calls
            .lines()
            .filter(call -> call.startsWith("apigatewayv2") || call.startsWith("events")))
        .hasSize(3);
    assertInOrder(
        calls,
        "ThrottlingRateLimit=0,ThrottlingBurstLimit=0",
        "events disable-rule --name id-ReconcilerSchedule",
        "restore-table-to-point-in-time --source-table-name id-Table --target-table-name " + NEW,
        "update-stack",
        "PointInTimeRecoveryEnabled=true",
        "--deletion-protection-enabled",
        "update-time-to-live",
        "update-stack",
        "lambda invoke --function-name id-FleetHold",
        "latchkey:held");
    assertThat(parameters()).contains(NEW, "whm.example.com").containsPattern("Closed\"[^}]*yes");
    assertThat(Files.readString(folder.resolve("calls.tags")))
        .contains("\"team\"", TIME)
        .doesNotContain("aws:");
    var payloads = Files.readAllLines(folder.resolve("calls.payloads"));
    assertThat(payloads).hasSize(2);
    assertThat(WhmClient.parse(payloads.get(1)).path("rawQueryString").asText())
        .contains("before=1795880000", "cursor=root%23web01");
    assertThat(WhmClient.parse(payloads.get(0)).at("/headers/authorization").asText())
        .isEqualTo("whm root:" + SECRET);
    assertThat(WhmClient.parse(payloads.get(0)).at("/requestContext").has("apiId"))
        .isFalse();
    assertThat(calls + said).doesNotContain(SECRET);

    // Once more, as after a failure: nothing is restored anew, and it is still closed.
    assertThat(restore("latchkey", TIME)).contains("Token \"ci\"", "is still closed");
    assertThat(calls().lines().filter(call -> call.contains("restore-table"))).hasSize(1);
    assertThat(parameters()).containsPattern("Closed\"[^}]*yes");
  }

  @Test
  void whatIsNotHeldStaysClosed() throws Exception {
    var said = restore(List.of("HOLD_FAILS=1"), "latchkey", TIME);

    assertThat(said).contains("fleet_hold: it did not answer", "stays closed");
    assertThat(restore("latchkey", "open", "anyway"))
        .contains("not every grant in " + NEW + " is held", "stays closed");
    assertThat(calls()).doesNotContain("enable-rule");
    assertThat(parameters()).containsPattern("Closed\"[^}]*yes");
  }

  /** CloudFormation puts back what an update that fails had changed. */
  @Test
  void aStackThatCannotBeUpdatedIsClosedAgainAtOnce() throws Exception {
    assertThat(restore(List.of("UPDATE_FAILS=1"), "latchkey", TIME))
        .contains("were stopped without it");

    assertInOrder(
        calls(), "ThrottlingRateLimit=0", "update-stack", "ThrottlingRateLimit=0", "disable-rule");
    assertThat(calls()).doesNotContain("lambda invoke");
  }

  @Test
  void aTokenThatWouldBeValidAgainKeepsItClosedUntilSomebodyDecides() throws Exception {
    restore("latchkey", TIME);

    assertThat(restore("latchkey", "open"))
        .contains("Token \"ci\"", "stays closed", "call api_token_revoke");
    assertThat(calls()).doesNotContain("enable-rule");

    var narrowed = WIDER.replace("all", "list-accts");
    tables(List.of(narrowed, KEPT), List.of(narrowed, KEPT, OPENED_AFTER));
    assertThat(restore("latchkey", "open")).contains("latchkey is open");
    assertThat(calls())
        .contains("ThrottlingRateLimit=50,ThrottlingBurstLimit=100", "events enable-rule");
    assertThat(parameters()).containsPattern("Closed\"[^}]*no\"").contains(NEW);
    assertThat(restore("latchkey", TIME)).contains("is open: it was restored to that time before");
  }

  /** They are in the lost time as tokens are, and nothing of it is on their tokens. */
  @Test
  void aUserThatWouldBeWhatItWasKeepsItClosed() throws Exception {
    var active =
        ",'revision':{'S':'1'},'acls':{'SS':['list-accts','ssh-keys']},'suspended':{'BOOL':false}";
    var same = user("same", active);
    var madeAfter = user("after", active);
    tables(
        List.of(
            user("ann", active.replace("false", "true")),
            user("bob", active.replace(",'ssh-keys'", "") + ",'calls':{'N':'7'}"),
            user("cy", ",'calls':{'N':'7'}"),
            user("cyd", ",'terminated_at':{'N':'1795900000'}"),
            user("cyn", active + ",'ending':{'S':'for good'}"),
            user("cyr", ",'terminated_at':{'N':'1795900000'}"),
            user("dan", active),
            user("eve", active + ",'quota':{'N':'100'},'account_limit':{'N':'5'}"),
            same.replace("\"1\"", "\"9\"")),
        List.of(
            user("ann", active),
            user("bob", active),
            user("cy", active),
            user("cyd", active),
            user("cyn", active),
            user("dan", active.replace("false", "true")),
            user("eve", active),
            same,
            madeAfter));

    assertThat(restore("latchkey", TIME))
        .contains(
            "User ann: suspended since",
            "User bob: changed since",
            "User cy: removed since; it is again what it was. Make it what it was changed to (unsetupreseller)",
            "User cyd: terminated since; it is again what it was. Make it what it was changed to (terminatereseller, not unsetupreseller)",
            "User cyn: terminated since",
            "User cyr: terminated since; it is again what it was. Make it what it was changed to (setupreseller, then terminatereseller",
            "User dan: unsuspended since",
            "User eve: changed since")
        .doesNotContain("same", "after:");
    assertThat(restore("latchkey", "open"))
        .contains("User ann", "stays closed", "call suspendreseller");
    assertThat(calls()).doesNotContain("enable-rule");
    var spent = user("cyd", ",'terminated_at':{'N':'1795900000'}");
    tables(
        List.of(same, spent, user("cyn", active + ",'ending':{'S':'for good'}")),
        List.of(same, madeAfter, spent, spent.replace("cyd", "cyn")));
    assertThat(restore("latchkey", "open")).contains("latchkey is open");
  }

  /** Whoever it belongs to puts keys into root's file there. */
  @Test
  void aServerThatWouldBeAnothersKeepsItClosed() throws Exception {
    var same = server("same", "bob", "i-3");
    tables(
        List.of(
            server("web01", "alice", "i-1"),
            server("web02", "bob", "i-9"),
            same,
            server("late", "bob", "i-4")),
        List.of(
            server("web01", "bob", "i-1"),
            server("web02", "bob", "i-2"),
            same,
            server("web03", "bob", "i-5")));

    assertThat(restore("latchkey", TIME))
        .contains(
            "Server web01, of bob, node i-1: it is of alice, node i-1 by the old table. Give it",
            "Server web02, of bob, node i-2: it is of bob, node i-9 by the old table. Give it",
            "Server web03, of bob, node i-5: the old table does not have it. Remove it")
        .doesNotContain("Server same", "Server late", "Every token");
    assertThat(restore("latchkey", "open"))
        .contains("Server web01", "stays closed", "call fleet_server_update name=NAME owner=USER");
    assertThat(calls()).doesNotContain("enable-rule");
    tables(
        List.of(server("web01", "alice", "i-1"), same),
        List.of(same, server("web01", "alice", "i-1")));
    assertThat(restore("latchkey", "open")).contains("latchkey is open");
  }

  /** Where tokens expire every day, a restore would be refused every time, and be opened anyway every time. */
  @Test
  void aTokenThatExpiredKeepsNothingClosed() throws Exception {
    var over = Instant.now().minusSeconds(3600);
    var later = over.plusSeconds(7200);
    tables(
        List.of(until(WIDER, over).replace("all", "list-accts"), until(KEPT, later)),
        List.of(until(GONE, over), until(WIDER, over), until(KEPT, later)));

    assertThat(restore("latchkey", TIME)).contains("Every token").doesNotContain("Token");
    assertThat(restore("latchkey", "open")).contains("latchkey is open");
  }

  @Test
  void aTokenThatIsValidUntilLaterOrWasRenewedSinceIsTold() throws Exception {
    var over = Instant.now().minusSeconds(3600);
    var later = over.plusSeconds(7200);
    tables(List.of(until(WIDER, later)), List.of(until(GONE, later), until(WIDER, over)));

    assertThat(restore("latchkey", TIME))
        .contains("Token \"ci\" of root: revoked since", "Token \"ops\" of root: changed since");
  }

  @Test
  void aRestoreOfWhichNobodyCanTellIsNotWaitedFor() throws Exception {
    assertThat(restore(List.of("STATUS=denied"), "latchkey", TIME))
        .contains("AccessDenied", "it cannot be told how far the restore is", "stays closed");
    assertThat(restore(List.of("STATUS=ARCHIVED"), "latchkey", TIME))
        .contains(NEW + " is ARCHIVED", "stays closed");
  }

  @Test
  void whoHasLookedMayOpenItWithThem() throws Exception {
    restore("latchkey", TIME);

    assertThat(restore("latchkey", "open", "anyway")).contains("latchkey is open");
  }

  @Test
  void aRestoreThatIsGivenUpOpensTheOldTable() throws Exception {
    assertThat(restore("latchkey", "open")).contains("latchkey is open");
    assertThat(calls()).doesNotContain("update-stack").contains("events enable-rule");
  }

  @Test
  void aStackOfAnotherReleaseIsLeftAlone() throws Exception {
    write("stack", "[" + parameter("HostName", "whm.example.com") + "]");

    assertThat(restore("latchkey", TIME)).contains("of a release that cannot be closed");
    assertThat(calls()).doesNotContain("update-stage");
  }

  @Test
  void whatIsWrongIsRefusedBeforeAnythingIsDone() throws Exception {
    assertThat(restore("latchkey")).contains("usage:");
    assertThat(restore("latchkey", "open", "somehow")).contains("usage:");
    assertThat(restore("latchkey", "call")).contains("usage:");
    assertThat(restore("latchkey", "call", "../x")).contains("not the name of a function");
    assertThat(restore("my stack", TIME)).contains("not a valid stack name");
    assertThat(restore("latchkey", "yesterday")).contains("neither a time in UTC");
    assertThat(folder.resolve("calls")).doesNotExist();
  }

  private static void assertInOrder(String text, String... parts) {
    var from = 0;
    for (var part : parts) {
      var at = text.indexOf(part, from);
      assertThat(at).as(part + " in " + text).isNotNegative();
      from = at;
    }
  }

  private String parameters() throws IOException {
    return Files.readString(folder.resolve("calls.stack"));
  }

  private String calls() throws IOException {
    return Files.readString(folder.resolve("calls"));
  }

  private String restore(String... arguments) throws Exception {
    return restore(List.of(), arguments);
  }

  private String restore(List<String> environment, String... arguments) throws Exception {
    var aws = Files.createDirectories(folder.resolve("bin")).resolve("aws");
    assertThat(Files.writeString(aws, AWS).toFile().setExecutable(true)).isTrue();
    var token = Files.writeString(folder.resolve("token"), "root:" + SECRET + "\n");
    var command = new ProcessBuilder("infra/restore");
    command.command().addAll(List.of(arguments));
    var variables = command.environment();
    variables.put("PATH", aws.getParent() + ":" + variables.get("PATH"));
    variables.put("AWS_CALLS", folder.resolve("calls").toString());
    variables.put("LATCHKEY_TOKEN_FILE", token.toString());
    environment.forEach(one -> variables.put(one.split("=")[0], one.split("=")[1]));
    var process = command.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
