package dev.latchkey.hulk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.CphulkServer;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.RetoldServer;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class CphulkStatusTest extends HulkCase {
  private static final String NAME = "cphulk_status";

  @Test
  void tellsWhetherItIsEnabledOnEach() {
    var second = CphulkServer.of(fleet.server(owner));
    second.keep(false, "{}", "{}", "[]");

    assertThat(data(call(NAME)).toString()).isEqualTo("{\"is_enabled\":1,\"service\":\"cPHulk\"}");
    var answer = callFor(server.name() + "," + second.name(), NAME);
    assertThat(result(answer)).as("%s", answer).isEqualTo(1);
    assertThat(answer.at("/data/servers/0/data/is_enabled").asInt(-1)).isEqualTo(1);
    assertThat(answer.at("/data/servers/1/data/is_enabled").asInt(-1)).isZero();
  }

  @Test
  void aServerWithoutItDoesNotSayDisabled() {
    var without = fleet.server(owner);

    assertThat(reason(callFor(without.name(), NAME))).contains("has no cPHulk");
  }

  @Test
  void anAgentOfAnEarlierReleaseIsNamedAsTheCause() {
    RetoldServer.of(server.server())
        .say(
            "{'top':{'outcome':'PARTIAL','action':{'verb':'list_keys','done':false,'problem':'action: not a verb'}}}");

    assertThat(reason(call(NAME)))
        .contains(server.name()
            + " states: its agent is of an earlier release, which does not know this;");
  }

  @Test
  void whatIsNeitherIsNotTold() {
    RetoldServer.of(server.server())
        .say(
            "{'top':{'outcome':'DONE','action':{'verb':'hulk_status','done':true,'hulk':{'enabled':2}}}}");

    assertThat(reason(call(NAME))).contains("states that it is done, and not what");
  }
}
