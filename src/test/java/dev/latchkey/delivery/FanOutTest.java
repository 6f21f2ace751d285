package dev.latchkey.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Privilege;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.local.ssm.Status;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Accounts;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FanOutTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Accounts accounts;

  @AfterEach
  void noMoreFaults() {
    LocalSystemsManager.running().faults().clear();
  }

  /** Some servers of one owner, in the order of their names. */
  private record Several(Account owner, List<FolderServer> servers) {
    WhmClient client() {
      return WhmClient.of(owner);
    }

    String names() {
      return servers.stream().map(FolderServer::name).collect(Collectors.joining(","));
    }

    JsonNode call(String function, String... arguments) {
      var all = new ArrayList<>(List.of("api.wait", "20", "api.server", names()));
      all.addAll(List.of(arguments));
      return client().post(function, all.toArray(String[]::new));
    }

    String authorizedKeys(int of) throws IOException {
      return Files.readString(Fleet.authorizedKeys(servers.get(of)));
    }
  }

  private Several several(int many) {
    var owner = fleet.owner();
    var servers = IntStream.range(0, many)
        .mapToObj(i -> fleet.server(owner))
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .toList();
    return new Several(owner, servers);
  }

  /** How many commands were sent, whatever their nodes are. */
  private static int commandsOf(Runnable call) {
    var before = new HashSet<>(LocalSystemsManager.orders());
    call.run();
    var after = new HashSet<>(LocalSystemsManager.orders());
    after.removeAll(before);
    return after.size();
  }

  private static List<String> results(JsonNode answer) {
    var rows = new ArrayList<String>();
    answer
        .at("/data/servers")
        .forEach(row ->
            rows.add(row.path("server").asText() + " " + row.path("result").asInt(-1)));
    return rows;
  }

  private static String reason(JsonNode answer) {
    return answer.at("/metadata/reason").asText();
  }

  @Test
  void oneCommandLooksAtAll() {
    var three = several(3);

    for (var function : List.of("listsshkeys", "ticket_whitelist_check", "fleet_server_check")) {
      assertThat(commandsOf(() -> {
            var answer = three.call(function);
            assertThat(results(answer))
                .as("%s", answer)
                .isEqualTo(
                    three.servers().stream().map(one -> one.name() + " 1").toList());
            assertThat(answer.at("/metadata/result").asInt()).isEqualTo(1);
            assertThat(answer.path("data").has("next")).isFalse();
            var alone = three
                .client()
                .data(
                    function,
                    "api.wait",
                    "20",
                    "api.server",
                    three.servers().get(1).name());
            assertThat(fields(answer.at("/data/servers/1/data"))).isEqualTo(fields(alone));
          }))
          .as(function)
          .isEqualTo(2);
    }
  }

  private static List<String> fields(JsonNode hash) {
    var names = new ArrayList<String>();
    hash.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void oneCommandTakesAKeyToAllAndOneTakesItOut() throws IOException {
    var three = several(3);
    var key = Keys.ed25519();

    for (var authorize : List.of("1", "0")) {
      var sent = commandsOf(() -> {
        var answer = three.call("authorizesshkey", "authorize", authorize, "text", key);
        assertThat(answer.at("/metadata/result").asInt()).as("%s", answer).isEqualTo(1);
        answer
            .at("/data/servers")
            .forEach(row -> assertThat(row.at("/data/authorized").asText()).isEqualTo(authorize));
      });
      assertThat(sent).isEqualTo(1);
      for (var i = 0; i < 3; i++) {
        assertThat(three.authorizedKeys(i).contains(key)).isEqualTo(authorize.equals("1"));
      }
      three
          .client()
          .data("fleet_server_list")
          .path("servers")
          .forEach(server -> assertThat(server.path("generation").asText() + " "
                  + server.path("confirmed").asText())
              .isEqualTo(authorize.equals("1") ? "1 1" : "2 1"));
    }
    var audit = three.client().data("audit_list").path("entries");
    assertThat(audit.findValuesAsText("change").stream()
            .filter(what -> what.startsWith("no longer authorized")))
        .singleElement()
        .satisfies(
            what -> three.servers().forEach(server -> assertThat(what).contains(server.name())));
  }

  @Test
  void oneCommandDeletesAKeyFileOnAll() throws IOException {
    var three = several(3);
    for (var server : three.servers()) {
      Files.writeString(server.folder().resolve("root/.ssh/old.pub"), Keys.ed25519() + "\n");
    }

    assertThat(commandsOf(() -> {
          var answer = three.call("deletesshkey", "file", "old.pub");
          assertThat(answer.at("/metadata/result").asInt()).as("%s", answer).isEqualTo(1);
          assertThat(answer.at("/data/servers/2/data/file").asText()).isEqualTo("old.pub");
        }))
        .isEqualTo(1);

    for (var server : three.servers()) {
      assertThat(server.folder().resolve("root/.ssh/old.pub")).doesNotExist();
    }
    assertThat(three.client().failure("generatesshkeypair", "api.server", "*"))
        .contains("“*” is not a valid server name");
  }

  @Test
  void whatIsInTheWayOfOneIsToldOfItAlone() throws IOException {
    var three = several(3);
    var key = Keys.ed25519();
    three.call("authorizesshkey", "authorize", "1", "text", Keys.ed25519());
    var middle = three.servers().get(1);
    Files.writeString(Fleet.authorizedKeys(middle), "no-pty " + key + "\n");

    var answer =
        three.call("authorizesshkey", "authorize", "1", "text", key, "options", "restrict");

    assertThat(answer.at("/metadata/result").asInt(-1)).isZero();
    assertThat(reason(answer))
        .isEqualTo("It is not confirmed on 1 of 3 servers: " + middle.name()
            + "; data.servers says why. Call again for these.");
    assertThat(results(answer).get(1)).endsWith(" 0");
    assertThat(answer.at("/data/servers/1/reason").asText()).contains("api.replace=1");
    assertThat(answer.at("/data/servers/1").has("data")).isFalse();
    assertThat(three.authorizedKeys(0)).contains("restrict " + key);
    assertThat(three.authorizedKeys(2)).contains("restrict " + key);
  }

  @Test
  void aNodeThatIsNotThereKeepsTheOrderFromNoOther() throws IOException {
    var four = several(4);
    LocalSystemsManager.running().deregister(four.servers().get(2).id());
    var key = Keys.ed25519();

    var answer = four.call("authorizesshkey", "authorize", "1", "text", key);

    assertThat(answer.at("/data/servers/2/reason").asText()).contains("AccessDenied");
    for (var i : List.of(0, 1, 3)) {
      assertThat(four.authorizedKeys(i)).contains(key);
      assertThat(answer.at("/data/servers/" + i + "/result").asInt()).isEqualTo(1);
    }
  }

  /** Its wanted state is not there yet, so it has to come along. */
  @Test
  void aServerThatIsNotAsItIsWantedGetsItsOwnOrder() throws IOException {
    var three = several(3);
    var support = fleet.supportCase(three.owner(), three.servers().get(1));
    LocalSystemsManager.running()
        .faults()
        .next("Latchkey-Order", 1, new PlannedFault.Ends(Status.DELIVERY_TIMED_OUT, false));
    support.grant();
    var key = Keys.ed25519();

    var sent = commandsOf(() -> {
      var answer = three.call("authorizesshkey", "authorize", "1", "text", key);
      assertThat(answer.at("/metadata/result").asInt()).as("%s", answer).isEqualTo(1);
    });

    assertThat(sent).isEqualTo(2);
    assertThat(three.authorizedKeys(1)).contains(key, support.key());
  }

  @Test
  void theGrantsOfAServerStandBesideIt() throws IOException {
    var two = several(2);
    var support = fleet.supportCase(two.owner(), two.servers().get(0));
    support.grant();
    var key = Keys.ed25519();

    assertThat(commandsOf(() -> two.call("authorizesshkey", "authorize", "1", "text", key)))
        .isEqualTo(1);

    assertThat(two.authorizedKeys(0)).contains(key, support.key());
    assertThat(two.client()
            .data(
                "fleet_server_check",
                "api.wait",
                "20",
                "api.server",
                two.servers().get(0).name())
            .at("/confirmed")
            .asInt())
        .isEqualTo(1);
  }

  @Test
  void allAreOnlyThoseOfTheCaller() {
    var two = several(2);
    several(1);

    var answer = two.client().post("listsshkeys", "api.server", "*", "api.wait", "20");

    assertThat(results(answer))
        .isEqualTo(two.servers().stream().map(one -> one.name() + " 1").toList());
  }

  @Test
  void anUnknownOneOrAnothersRefusesTheCallBeforeAnythingIsSent() {
    var two = several(2);
    var another = several(1).servers().get(0).name();

    assertThat(commandsOf(() -> assertThat(two.client()
                .failure(
                    "authorizesshkey",
                    "authorize",
                    "1",
                    "text",
                    Keys.ed25519(),
                    "api.server",
                    two.names() + "," + another + ",none-such"))
            .contains("no server named “" + another + "”, “none-such”", "nothing was done")))
        .isZero();
  }

  /** They have no nodes, which each of them tells. */
  @Test
  void fiftyAreOfOneCallAndTheCursorGoesOn() {
    var owner = fleet.owner();
    var root = WhmClient.of(accounts.root());
    IntStream.range(0, 52)
        .forEach(i -> root.data(
            "fleet_server_add",
            "name",
            owner.user() + "-" + (10 + i),
            "node",
            "i-%08x%09x".formatted(owner.user().hashCode(), i),
            "owner",
            owner.user()));
    var client = WhmClient.of(owner);

    var first = client.post("ticket_whitelist_check", "api.server", "*", "api.wait", "0");
    var next = first.at("/data/next").asText();
    var rest = client.post(
        "ticket_whitelist_check", "api.server", "*", "api.wait", "0", "api.cursor", next);

    assertThat(results(first)).hasSize(50).allMatch(row -> row.endsWith(" 0"));
    assertThat(reason(first))
        .startsWith("It is not confirmed on 50 of 50 servers: ")
        .contains(" and 40 more;");
    assertThat(results(rest)).containsExactly(owner.user() + "-60 0", owner.user() + "-61 0");
    assertThat(rest.path("data").has("next")).isFalse();
    // A dry run of them says too that there are more.
    var key = Keys.ed25519();
    var dry = dryRun(client, key);
    var dryRest = dryRun(client, key, "api.cursor", next);
    assertThat(dry.path("servers")).hasSize(50);
    assertThat(dry.path("next").asText()).isEqualTo(next);
    assertThat(dryRest.path("servers")).hasSize(2);
    assertThat(dryRest.has("next")).isFalse();
    assertThat(WhmClient.of(fleet.owner())
            .failure("ticket_whitelist_check", "api.server", "*", "api.cursor", next))
        .contains("api.cursor: is not a cursor that you were given");
  }

  private static JsonNode dryRun(WhmClient client, String key, String... more) {
    String[] given = {
      "authorize", "1", "text", key, "api.server", "*", "api.wait", "0", "api.dry_run", "1"
    };
    return client.data(
        "authorizesshkey", Stream.of(given, more).flatMap(Stream::of).toArray(String[]::new));
  }

  /** An empty list would be taken for "nowhere". */
  @Test
  void aFieldThatARowOfAServerDoesNotHaveIsRefused() {
    var two = several(2);
    var sent = commandsOf(() -> {
      for (var control : List.of("filter", "sort")) {
        assertThat(two.client()
                .failure(
                    "listsshkeys",
                    "api.server",
                    two.names(),
                    "api." + control + ".enable",
                    "1",
                    "api." + control + ".a.field",
                    "authorized",
                    "api.filter.a.arg0",
                    "1"))
            .contains("api." + control + ": names “authorized”", "one record for each server");
      }
      assertThat(two.client()
              .failure(
                  "listsshkeys",
                  "api.server",
                  two.names(),
                  "api.columns.enable",
                  "1",
                  "api.columns.a",
                  "file"))
          .contains("api.columns: names “file”");
    });
    var kept = two.call(
        "listsshkeys",
        "api.filter.enable",
        "1",
        "api.filter.a.field",
        "server",
        "api.filter.a.arg0",
        two.servers().get(1).name());

    assertThat(sent).isZero();
    assertThat(results(kept)).containsExactly(two.servers().get(1).name() + " 1");
  }

  @Test
  void whatNamesNoServersIsRefused() {
    var client = several(1).client();

    assertThat(client.failure("listsshkeys", "api.server", "web01,,web02")).contains("api.server");
    assertThat(client.failure("listsshkeys", "api.server", "web01,web01")).contains("twice");
    assertThat(client.failure("listsshkeys", "api.server", "web01,*")).contains("“*”");
    assertThat(client.failure(
            "listsshkeys",
            "api.server",
            IntStream.range(0, 51).mapToObj(i -> "web" + i).collect(Collectors.joining(","))))
        .contains("names 51 servers, and 50 are the most");
    assertThat(client.failure("listsshkeys", "api.cursor", "x")).contains("api.server=*");
    assertThat(client.failure("ticket_whitelist_setup", "api.server", "web01,web02"))
        .contains("api.server");
    assertThat(WhmClient.of(accounts.reseller(Privilege.SSH_KEYS))
            .failure("listsshkeys", "api.server", "*"))
        .contains("You have no server");
  }
}
