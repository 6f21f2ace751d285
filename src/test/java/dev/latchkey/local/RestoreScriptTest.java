package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.WhmClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code infra/restore}; AWS' command line is a stand-in that notes what it is asked for. */
class RestoreScriptTest {
  private static final String TIME = "2026-11-28T12:00:00Z";
  private static final String NEW = "latchkey-restored-20261128T120000Z";
  private static final String SECRET = "KEEPTHISOUTOFARGUMENTS";

  /** The restored table is there only after it was asked for; fleet_hold has two pages. */
  private static final String AWS = """
      #!/bin/sh
      printf '%s\\n' "$*" >> "$AWS_CALLS"
      case "$1 $2" in
        'cloudformation describe-stack-resource') for word; do case $prev in --logical-resource-id) echo "id-$word";; esac; prev=$word; done ;;
        'cloudformation describe-stacks')
          case $* in
            *ThrottlingRate*) echo 50 ;;
            *ThrottlingBurst*) echo 100 ;;
            *RestoredTable*) ;;
            *) echo '["HostName", "RestoredTable"]' ;;
          esac ;;
        'dynamodb describe-table')
          case $* in
            *restored*) [ -e "$AWS_CALLS.restored" ] || { echo ResourceNotFoundException >&2; exit 254; } ;;
          esac
          echo ACTIVE ;;
        'dynamodb restore-table-to-point-in-time') touch "$AWS_CALLS.restored" ;;
        'dynamodb describe-time-to-live') echo DISABLED ;;
        'dynamodb scan')
          gone='{"pk":{"S":"U#root"},"sk":{"S":"C#1"},"token_name":{"S":"ci"},"revision":{"S":"a"}}'
          both='{"pk":{"S":"U#root"},"sk":{"S":"C#2"},"token_name":{"S":"ops"},"revision":{"S":"REVISION"}}'
          kept='{"pk":{"S":"U#bob"},"sk":{"S":"C#3"},"token_name":{"S":"same"},"revision":{"S":"b"}}'
          case $* in
            *restored*) echo "{\\"Items\\":[$gone,$both,$kept]}" ;;
            *) echo "{\\"Items\\":[$both,$kept]}" | sed s/REVISION/NARROWER/ ;;
          esac ;;
        'cloudformation update-stack') for word; do case $word in file:*) cat "${word#file://}" > "$AWS_CALLS.parameters" ;; esac; done ;;
        'lambda invoke')
          for word; do case $word in file:*) cat "${word#file://}" >> "$AWS_CALLS.payloads" ;; esac; last=$word; done
          [ -z "${HOLD_FAILS:-}" ] || { echo '{"statusCode":403}' > "$last"; exit; }
          if grep -q cursor "$AWS_CALLS.payloads"; then
            page='\\"servers\\":[{\\"name\\":\\"web02\\",\\"epoch\\":1,\\"held\\":0}]'
          else
            page='\\"servers\\":[{\\"name\\":\\"web01\\",\\"epoch\\":1,\\"held\\":2}],\\"next\\":\\"root#web01\\"'
          fi
          printf '%s' '{"statusCode":200,"body":"{\\"metadata\\":{\\"result\\":1},\\"data\\":{\\"before\\":1795880000,PAGE}}"}' | sed "s|PAGE|$(printf '%s' "$page" | sed 's/\\\\/\\\\\\\\/g')|" > "$last" ;;
      esac
      """;

  @TempDir
  Path folder;

  @Test
  void closesRestoresTellsOfTokensSwitchesAndHoldsEveryPage() throws Exception {
    var said = restore("latchkey", TIME);

    assertThat(said)
        .contains(
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
        "PointInTimeRecoveryEnabled=true",
        "--deletion-protection-enabled",
        "update-time-to-live",
        "update-stack",
        "lambda invoke --function-name id-FleetHold");
    assertThat(Files.readString(folder.resolve("calls.parameters")))
        .contains("\"ParameterValue\": \"" + NEW + "\"", "UsePreviousValue");
    var payloads = Files.readAllLines(folder.resolve("calls.payloads"));
    assertThat(payloads).hasSize(2);
    assertThat(WhmClient.parse(payloads.get(1)).path("rawQueryString").asText())
        .contains("before=1795880000", "cursor=root%23web01");
    assertThat(WhmClient.parse(payloads.get(0)).at("/headers/authorization").asText())
        .isEqualTo("whm root:" + SECRET);
    assertThat(calls + said).doesNotContain(SECRET);
  }

  @Test
  void whatIsNotHeldStaysClosed() throws Exception {
    var said = restore(List.of("HOLD_FAILS=1"), "latchkey", TIME);

    assertThat(said).contains("fleet_hold: it did not answer", "stays closed");
    assertThat(calls()).doesNotContain("enable-rule");
  }

  @Test
  void openIsAnActOfItsOwn() throws Exception {
    assertThat(restore("latchkey", "open")).contains("latchkey is open");
    assertThat(calls())
        .contains("ThrottlingRateLimit=50,ThrottlingBurstLimit=100", "events enable-rule");
  }

  @Test
  void whatIsWrongIsRefusedBeforeAnythingIsDone() throws Exception {
    assertThat(restore("latchkey")).contains("usage:");
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
