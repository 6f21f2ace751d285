package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.settings.Settings;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.BatchWrite;
import dev.latchkey.testing.Capacity;
import dev.latchkey.testing.Capacity.Charge;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * What it costs to revoke a key on a page of many servers, each with ten grants: {@code mvn test -Dtest=FleetKeyGrowthTest
 * -Dtest.growth=100,1000} prints the rows of docs/performance.md. The servers have no nodes, so that no statement is waited for.
 */
@QuarkusTest
@InProcess
@DrivesAgent
class FleetKeyGrowthTest extends WhmTest {
  private static final String SIZES = System.getProperty("test.growth", "60,200");
  private static final int GRANTS = 10;
  private static final int PAGE = 50;

  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Inject
  DynamoDbAsyncClient dynamoDb;

  @Inject
  Settings settings;

  /** Of one call. */
  private record Cost(Charge charge, int bytes) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d, %.1f, %.1f, %,d",
          charge.requests(),
          charge.read(),
          charge.written(),
          bytes);
    }
  }

  @Test
  void aPageOfServersCostsTheSameHoweverManyThereAre() {
    var table = new LinkedHashMap<String, List<Cost>>();
    for (var size : SIZES.split(",")) {
      measured(Integer.parseInt(size))
          .forEach((call, cost) ->
              table.computeIfAbsent(call, none -> new ArrayList<>()).add(cost));
    }
    System.out.printf("| requests, RCU, WCU, bytes | %s servers |%n", SIZES);
    table.forEach((call, costs) -> System.out.printf(
        "| %s | %s |%n",
        call, String.join(" | ", costs.stream().map(Cost::toString).toList())));
    table.forEach((call, costs) -> {
      var first = costs.get(0).charge();
      for (var cost : costs) {
        assertThat(cost.charge().requests()).as("requests of " + call).isEqualTo(first.requests());
        assertThat(cost.charge().read())
            .as("read units of " + call)
            .isLessThanOrEqualTo(first.read() * 1.1 + 2);
      }
    });
  }

  private Map<String, Cost> measured(int size) {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var support = fleet.supportCase(owner, server);
    support.grant();
    var granted = PublicKey.parse(support.key()).fingerprint();
    fill(owner, server, support, size);
    var foreign = PublicKey.parse(Keys.ed25519()).fingerprint();

    var costs = new LinkedHashMap<String, Cost>();
    measure(costs, support, "fleet_key_revoke, a page of 50", foreign);
    measure(costs, support, "fleet_key_revoke, the same page again", foreign);
    measure(
        costs, support, "fleet_key_revoke, a page of 50 with 10 grants by the key each", granted);
    return costs;
  }

  private static void measure(
      Map<String, Cost> costs, SupportCase support, String name, String fingerprint) {
    var bytes = new AtomicInteger();
    var form = WhmClient.form(
        "fingerprint",
        fingerprint,
        "api.server",
        "*",
        "api.wait",
        "0",
        "reason",
        "a stolen laptop");
    var charge = Capacity.of(() -> {
      var answer = support
          .client()
          .raw()
          .get("/json-api/fleet_key_revoke?api.version=1&" + form)
          .asString();
      assertThat(answer.split("the order stands and is repeated", -1))
          .as("%s", answer)
          .hasSize(1 + PAGE);
      bytes.set(answer.length());
    });
    costs.put(name, new Cost(charge, bytes.get()));
  }

  /** Of the one server that answers nothing is left. */
  private void fill(Account owner, FolderServer server, SupportCase support, int size) {
    var user = owner.user();
    var listed = read("SERVERS", user + "#" + server.name());
    var whole = read("S#" + server.name(), "SERVER");
    var grant = read("S#" + server.name(), "G#" + support.ticket() + "#root");
    copies(
        size,
        i -> at(listed, "SERVERS", user + "#" + name(server, i))
            .with("server_name", name(server, i))
            .with("node", node(i)));
    copies(
        size,
        i -> at(whole, "S#" + name(server, i), "SERVER")
            .with("server_name", name(server, i))
            .with("node", node(i)));
    copies(
        size * GRANTS,
        i -> at(grant, "S#" + name(server, i / GRANTS), "G#" + (100_000_000L + i) + "#root")
            .with("ticket", 100_000_000L + i));
    store
        .write(store
            .transaction()
            .delete(new Key("SERVERS", user + "#" + server.name()))
            .delete(new Key("S#" + server.name(), "SERVER")))
        .await()
        .indefinitely();
  }

  private static String name(FolderServer of, int i) {
    return "a%04d-%s".formatted(i, of.name());
  }

  private static String node(int i) {
    return "i-%017x".formatted(0xabcdef000L + i);
  }

  private static Item at(Item of, String pk, String sk) {
    var attributes = new HashMap<>(of.attributes());
    attributes.putAll(new Key(pk, sk).attributes());
    return new Item(attributes);
  }

  private Item read(String pk, String sk) {
    return store.get(new Key(pk, sk)).await().indefinitely().orElseThrow();
  }

  private void copies(int count, IntFunction<Item> item) {
    BatchWrite.of(dynamoDb, settings.table(), count, item);
  }
}
