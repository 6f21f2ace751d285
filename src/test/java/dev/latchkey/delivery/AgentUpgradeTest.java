package dev.latchkey.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.server.AgentTable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerTable;
import dev.latchkey.settings.Settings;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.text.Sha256;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Servers whose agent is not that of this release: who carries an order out, and when the agent is replaced. */
@QuarkusTest
class AgentUpgradeTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Inject
  AgentTable agents;

  @Inject
  ServerTable servers;

  @Inject
  RunCommand runCommand;

  @Inject
  HostDocuments documents;

  @Inject
  Settings settings;

  @Test
  void anOrderThatClosesIsCarriedOutByTheAgentThatIsThereAndTheNextOneReplacesIt()
      throws IOException {
    var support = fleet.supportCase();
    support.grant();
    var earlier = earlier(support, true);

    assertThat(support.revoke().at("/metadata/result").asInt()).isEqualTo(1);

    assertThat(support.letsVendorIn()).isFalse();
    assertThat(support.receipts()).hasSize(1);
    assertThat(agentOf(support)).isEqualTo(earlier);
    assertThat(listed(support).path("agent_sha256").asText()).isEqualTo(earlier);
    assertThat(listed(support).path("agent_current").asInt()).isZero();

    support.grant();

    assertThat(support.letsVendorIn()).isTrue();
    assertThat(agentOf(support)).isEqualTo(ReleasedAgent.sha256());
    assertThat(listed(support).path("agent_current").asInt()).isEqualTo(1);
  }

  @Test
  void anAgentOfWhichNothingWasStatedIsReplacedFirstAlsoToClose() throws IOException {
    var support = fleet.supportCase();
    support.grant();
    earlier(support, false);

    assertThat(support.revoke().at("/metadata/result").asInt()).isEqualTo(1);

    assertThat(agentOf(support)).isEqualTo(ReleasedAgent.sha256());
  }

  @Test
  void oneThatWasReplacedMeanwhileIsAskedOnceMore() throws IOException {
    var support = fleet.supportCase();
    support.grant();
    var released = Files.readAllBytes(support.server().agent());
    earlier(support, true);
    Files.write(support.server().agent(), released);

    assertThat(support.revoke().at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(listed(support).path("agent_current").asInt()).isEqualTo(1);
  }

  @Test
  void whereTheNewOneIsRejectedTheLastOneCarriesEveryOrderOut() throws IOException {
    var support = fleet.supportCase();
    support.grant();
    var earlier = earlier(support, true);
    reject(support);

    assertThat(support.grant("ssh_username", "root").at("/data/auth_status").asText())
        .isEqualTo("AUTHED");
    assertThat(support
            .client()
            .data("fleet_server_check", "api.server", support.server().name(), "api.wait", "20")
            .path("agent_sha256")
            .asText())
        .isEqualTo(earlier);
    assertThat(support.revoke().at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(agentOf(support)).isEqualTo(earlier);
  }

  @Test
  void withoutOneThatIsKnownTheReasonSaysWhyThereIsNone() throws IOException {
    var support = fleet.supportCase();
    support.grant();
    earlier(support, false);
    reject(support);

    assertThat(support
            .client()
            .get("fleet_server_check", "api.server", support.server().name(), "api.wait", "20")
            .at("/metadata/reason")
            .asText())
        .contains("went back to its last agent: it was put in its place 3 times");
  }

  /** Whatever the agent of this release does, the fleet is there a day later. */
  @Test
  void aServerThatIsNotNamedGetsTheNewAgentADayLater() throws IOException {
    var support = fleet.supportCase();
    support.grant();
    var earlier = earlier(support, true);
    var now = Instant.now();

    assertThat(look(support, List.of("another"), now)).isEqualTo(Observation.Outcome.DONE);
    assertThat(agentOf(support)).isEqualTo(earlier);
    look(support, List.of("another"), now.plus(Duration.ofHours(22)));
    assertThat(agentOf(support)).isEqualTo(earlier);
    look(support, List.of("another"), now.plus(Duration.ofDays(1)).plusSeconds(60));
    assertThat(agentOf(support)).isEqualTo(ReleasedAgent.sha256());
  }

  @Test
  void aServerThatIsNamedGetsItAtOnceAndSoDoesOneWithoutAnAgent() throws IOException {
    var support = fleet.supportCase();
    support.grant();
    earlier(support, true);
    look(support, List.of("another", support.server().name()), Instant.now());
    assertThat(agentOf(support)).isEqualTo(ReleasedAgent.sha256());

    var without = fleet.supportCase();
    without.grant();
    earlier(without, true);
    Files.delete(without.server().agent());
    assertThat(look(without, List.of("another"), Instant.now()))
        .isEqualTo(Observation.Outcome.DONE);
    assertThat(agentOf(without)).isEqualTo(ReleasedAgent.sha256());
  }

  /** One takes the parts of the others, and tries the agent out while they order already. */
  @Test
  void callsThatInstallItAtOnceAreAllAnswered() {
    var owner = fleet.owner();
    var server = fleet.serverWithoutAgent(owner);
    var client = WhmClient.of(owner);

    var answers = Together.run(
        4, call -> client.get("fleet_server_check", "api.server", server.name(), "api.wait", "20"));

    assertThat(answers)
        .extracting(answer -> answer.at("/metadata/reason").asText())
        .containsOnly("OK");
  }

  @Test
  void aNameThatIsNoServersStopsTheStart() {
    var clock = Clock.systemUTC();

    assertThatThrownBy(() -> new AgentRollout(List.of("web01", "Web 2"), false, agents, clock))
        .hasMessageStartingWith("latchkey.early-servers: ");
    assertThatThrownBy(
            () -> new AgentRollout(Collections.nCopies(51, "web01"), false, agents, clock))
        .hasMessage("latchkey.early-servers: 51 servers are named; name at most 50.");
  }

  /** It ends grants; and a name that cannot be read makes nobody early. */
  @Test
  void aWrongNameDoesNotStopTheReconciler() {
    var rollout = new AgentRollout(List.of("Web 2"), true, agents, Clock.systemUTC());

    assertThat(rollout.isFor(new ServerName("web01")).await().indefinitely()).isFalse();
  }

  private Observation.Outcome look(SupportCase support, List<String> early, Instant at) {
    var rollout = new AgentRollout(early, false, agents, Clock.fixed(at, ZoneOffset.UTC));
    var state = servers
        .find(new ServerName(support.server().name()))
        .await()
        .indefinitely()
        .orElseThrow();
    return new Dispatch(runCommand, documents, rollout, settings)
        .send(Order.observe(UUID.randomUUID().toString(), state.server()), Duration.ofSeconds(30))
        .await()
        .indefinitely()
        .statement()
        .orElseThrow()
        .outcome();
  }

  /** Puts an agent of an earlier release in its place, which has stated something since, or not. */
  private String earlier(SupportCase support, boolean stated) throws IOException {
    var agent = support.server().agent();
    var text = new String(Files.readAllBytes(agent), StandardCharsets.ISO_8859_1);
    Files.write(
        agent,
        text.replaceFirst("#!/usr/bin/env python3\n", "#!/usr/bin/python3    \n")
            .getBytes(StandardCharsets.ISO_8859_1));
    var name = support.server().name();
    var server =
        store.get(new Key("S#" + name, "SERVER")).await().indefinitely().orElseThrow();
    var statement = server
        .getText("statement")
        .replace(ReleasedAgent.sha256(), stated ? agentOf(support) : "unknown");
    var listed = store
        .get(new Key("SERVERS", server.getText("owner_name") + "#" + name))
        .await()
        .indefinitely()
        .orElseThrow();
    store
        .write(store
            .transaction()
            .put(server.with("statement", statement))
            .put(listed.with("agent_sha256", agentOf(support))))
        .await()
        .indefinitely();
    return agentOf(support);
  }

  private static void reject(SupportCase support) throws IOException {
    Files.writeString(
        support.server().agent().resolveSibling("rejected"),
        (ReleasedAgent.sha256() + " 2026-11-29T12:00:00Z\n").repeat(3));
  }

  private static String agentOf(SupportCase support) throws IOException {
    return Sha256.hex(Files.readAllBytes(support.server().agent()));
  }

  private static JsonNode listed(SupportCase support) {
    return support.client().data("fleet_server_list").at("/servers/0");
  }
}
