package dev.latchkey.system;

import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WayIn
class BatchTest extends WhmTest {
  @Test
  void runsItsCommandsInOrderEachWithAnEnvelope() {
    var answer = root()
        .post(
            "batch",
            "command",
            "version",
            "command",
            "gethostname?api.version=1",
            "command",
            "version");

    assertThat(answer.at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(answer.at("/data/result").size()).isEqualTo(3);
    assertThat(answer.at("/data/result/0/metadata/command").asText()).isEqualTo("version");
    assertThat(answer.at("/data/result/1/data/hostname").asText()).isEqualTo("localhost");
  }

  @Test
  void aCommandsArgumentsAreEncodedOnceMore() {
    var client = reseller(MANAGE_API_TOKENS, LIST_ACCTS);

    var answer = client.post(
        "batch",
        "command",
        "api_token_create?token_name=%62atched&acl=list-accts",
        "command",
        "api_token_create?token_name=second&acl-1=list-accts&acl-2=manage-api-tokens");

    assertThat(answer.at("/data/result/0/data/name").asText()).isEqualTo("batched");
    assertThat(answer.at("/data/result/1/data/acls").size()).isEqualTo(2);
    assertThat(client.data("audit_list").path("entries").size()).isEqualTo(2);
  }

  @Test
  void goesOnAfterAFailureUnlessItIsToldNotTo() {
    var commands = new String[] {"command", "nothing", "command", "version"};

    var goesOn = root().post("batch", commands);
    var aborts = root()
        .post(
            "batch",
            Stream.concat(Stream.of(commands), Stream.of("abort_on_error", "1"))
                .toArray(String[]::new));

    assertThat(goesOn.at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(goesOn.at("/data/result").size()).isEqualTo(2);
    assertThat(aborts.at("/metadata/result").asInt()).isZero();
    assertThat(aborts.at("/metadata/reason").asText()).startsWith("Unknown app (\"nothing\")");
    assertThat(aborts.at("/data/result").size()).isEqualTo(1);
  }

  /** What is not read would be run without, or not at all. */
  @Test
  void refusesASlipWhereItChangesSomething() {
    var client = reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var change = "api_token_create?token_name=slipped&acl=list-accts";

    assertThat(
            client.failure("batch", "command", "nothing", "command", change, "abort-on-error", "1"))
        .contains("abort-on-error", "did you mean “abort_on_error”?");
    assertThat(
            client.failure("batch", "command", "version", "Command", change, "command-1", change))
        .contains("Command: is not read");
    assertThat(client.data("api_token_list").toString()).doesNotContain("slipped");
    assertThat(client
            .post("batch", "command", "version", "abort-on-error", "1")
            .at("/metadata/result")
            .asInt())
        .isEqualTo(1);
  }

  @Test
  void everyCommandWantsItsOwnPrivilege() {
    var answer = reseller().post("batch", "command", "api_token_list", "command", "version");

    assertThat(answer.at("/data/result/0/metadata/reason").asText())
        .startsWith("Permission denied");
    assertThat(answer.at("/data/result/1/metadata/result").asInt()).isEqualTo(1);
  }

  @Test
  void refusesABatchInABatchAndOtherVersions() {
    var answer = root()
        .post(
            "batch",
            "command",
            "batch?command=version",
            "command",
            "version?api.version=0",
            "command",
            "version?a=%zz");

    assertThat(answer.at("/data/result/0/metadata/reason").asText())
        .contains("cannot be a command of a batch");
    assertThat(answer.at("/data/result/1/metadata/reason").asText()).contains("api.version");
    assertThat(answer.at("/data/result/2/metadata/reason").asText())
        .contains("two hexadecimal digits");
  }

  @Test
  void wantsFromOneToFiftyCommands() {
    assertThat(root().failure("batch")).contains("command: is missing");
    assertThat(root().failure("batch", commands(51))).contains("51 commands", "at most 50");
    assertThat(root().data("batch", commands(50)).path("result").size()).isEqualTo(50);
  }

  private static String[] commands(int count) {
    return IntStream.range(0, count)
        .boxed()
        .flatMap(i -> Stream.of("command", "version"))
        .toArray(String[]::new);
  }
}
