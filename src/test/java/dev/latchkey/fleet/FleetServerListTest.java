package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.delivery.ReleasedAgent;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class FleetServerListTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Test
  void anOwnerSeesItsOwnAndRootAll() {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var others = fleet.server(fleet.owner());

    var own = WhmClient.of(owner).data("fleet_server_list").path("servers");

    assertThat(own.findValuesAsText("name")).containsExactly(server.name());
    assertThat(own.get(0).path("node").asText()).isEqualTo(server.id());
    assertThat(root().data("fleet_server_list").path("servers").findValuesAsText("name"))
        .contains(server.name(), others.name());
  }

  @Test
  void whatAServerStatedIsShown() {
    var support = fleet.supportCase();
    support.grant();

    var shown = support.client().data("fleet_server_list").at("/servers/0");

    assertThat(shown.path("generation").asInt()).isEqualTo(1);
    assertThat(shown.path("confirmed").asInt()).isEqualTo(1);
    assertThat(shown.path("agent_version").asText()).isEqualTo("1");
    assertThat(shown.path("agent_sha256").asText()).isEqualTo(ReleasedAgent.sha256());
    assertThat(shown.path("agent_current").asInt()).isEqualTo(1);
    assertThat(shown.path("seen_at").asLong()).isPositive();
  }

  @Test
  void whetherAnAgentIsThatOfThisReleaseIsItsOwnWordOrUnknown() {
    var support = fleet.supportCase();
    support.grant();

    assertThat(
            agentAfter(support, "{\"version\":\"1\",\"sha256\":\"%s\"}".formatted("0".repeat(64))))
        .containsExactly("0".repeat(64), "0");
    assertThat(agentAfter(support, "{\"version\":\"1\"}")).containsExactly("null", "null");
    assertThat(agentAfter(support, "{\"version\":\"1\",\"sha256\":\"of mine\"}"))
        .containsExactly("null", "null");
  }

  /** What the list shows of an agent once the server has stated this of it, and an earlier release has listed it. */
  private List<String> agentAfter(SupportCase support, String agent) {
    var name = support.server().name();
    var server =
        store.get(new Key("S#" + name, "SERVER")).await().indefinitely().orElseThrow();
    var statement =
        server.getText("statement").replaceFirst("\"agent\":\\s*\\{[^}]*}", "\"agent\":" + agent);
    var listed = new Key("SERVERS", server.getText("owner_name") + "#" + name);
    var before =
        new HashMap<>(store.get(listed).await().indefinitely().orElseThrow().attributes());
    before.remove("agent_sha256");
    store
        .write(store.transaction().put(server.with("statement", statement)).put(new Item(before)))
        .await()
        .indefinitely();
    var shown = support.client().data("fleet_server_list").at("/servers/0");
    assertThat(shown.path("agent_version").asText()).isEqualTo("1");
    return List.of(
        shown.path("agent_sha256").asText(), shown.path("agent_current").asText());
  }

  /** Of a server that nothing was written of since an earlier release, the list has the name alone. */
  @Test
  void aServerThatAnEarlierReleaseListedIsShownAsOthersAre() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    support.grant();
    var before = support.client().data("fleet_server_list").at("/servers/0");
    var name = support.server().name();
    store
        .write(store
            .transaction()
            .put(Item.at(new Key("SERVERS", owner.user() + "#" + name)).with("server_name", name)))
        .await()
        .indefinitely();

    assertThat(support.client().data("fleet_server_list").at("/servers/0")).isEqualTo(before);
  }

  @Test
  void aChunkIsAPageOfTheNames() {
    var owner = fleet.owner();
    var names = Stream.of(fleet.server(owner), fleet.server(owner), fleet.server(owner))
        .map(FolderServer::name)
        .sorted()
        .toList();

    var page = WhmClient.of(owner)
        .get(
            "fleet_server_list",
            "api.chunk.enable",
            "1",
            "api.chunk.start",
            "2",
            "api.chunk.size",
            "1",
            "api.chunk.verbose",
            "1");

    assertThat(page.at("/data/servers").findValuesAsText("name")).containsExactly(names.get(1));
    assertThat(page.at("/metadata/chunk/records").asInt()).isEqualTo(3);
  }

  @Test
  void aServerOfAnotherOwnerIsListedAmongHis() {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var other = fleet.owner();

    root().data("fleet_server_update", "name", server.name(), "owner", other.user());

    assertThat(WhmClient.of(owner).data("fleet_server_list").path("servers")).isEmpty();
    assertThat(
            WhmClient.of(other).data("fleet_server_list").at("/servers/0/owner").asText())
        .isEqualTo(other.user());
  }
}
