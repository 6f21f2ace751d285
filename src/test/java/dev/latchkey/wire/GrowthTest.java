package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * What a call costs where a user has much: {@code make growth} prints the table of docs/performance.md, and the suite sees
 * that what is to stay flat does. A thing of each kind is made by calls, and then copied in the table.
 */
@QuarkusTest
@InProcess
@DrivesAgent
class GrowthTest extends WhmTest {
  private static final String SIZES = System.getProperty("test.growth", "10,200");
  private static final int REPEATED = 5;
  private static final int OF_A_SERVER = 40;
  private static final int KEYS_OF_A_SERVER = Integer.getInteger("test.growth.keys", 5);
  private static final int MOST_WITH_KEYS = 1_000;
  private static final String[] PAGE = {"api.chunk.enable", "1", "api.chunk.size", "10"};

  private static final List<String> OURS = List.of("vert.x", "executor", "sdk-", "aws-java-sdk");

  /** Of which all that there is is asked for, or whose page is not full where there are few servers. */
  private static final Set<String> WHOLE = Set.of(
      "api_token_list, all", "ticket_remove_closed, nothing left", "fleet_key_list, one key");

  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Inject
  DynamoDbAsyncClient dynamoDb;

  @Inject
  Settings settings;

  /** Of one call. */
  private record Cost(Charge charge, long bytes, double millis) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d, %s, %s, %,d, %.1f",
          Math.round((double) charge.requests() / REPEATED),
          units(charge.read()),
          units(charge.written()),
          bytes / REPEATED,
          millis / REPEATED);
    }

    private static String units(double of) {
      return String.format(Locale.ROOT, "%.1f", of / REPEATED).replace(".0", "");
    }
  }

  @Test
  void whatThereIsDoesNotMakeACallDearer() {
    var sizes = Arrays.stream(SIZES.split(",")).map(Integer::valueOf).toList();
    var table = new LinkedHashMap<String, List<Cost>>();
    measured(sizes.get(0)); // the first calls pay for classes and connections
    for (var size : sizes) {
      measured(size)
          .forEach((call, cost) ->
              table.computeIfAbsent(call, none -> new ArrayList<>()).add(cost));
    }
    print(sizes, table);
    table.forEach((call, costs) -> {
      if (!WHOLE.contains(call)) {
        var requests =
            costs.stream().map(cost -> cost.charge().requests()).collect(Collectors.toSet());
        assertThat(requests).as("requests of " + call).hasSize(1);
        var first = costs.get(0).charge();
        var last = costs.get(costs.size() - 1).charge();
        assertThat(last.read())
            .as("read units of " + call)
            .isLessThanOrEqualTo(first.read() * 1.3 + 2);
      }
    });
  }

  private static void print(List<Integer> sizes, Map<String, List<Cost>> table) {
    System.out.printf(
        "| requests, RCU, WCU, bytes, ms of processor | %s |%n| --- |%s%n",
        sizes.stream().map("%,d of each"::formatted).collect(Collectors.joining(" | ")),
        " --- |".repeat(sizes.size()));
    table.forEach((call, costs) -> System.out.printf(
        "| %s | %s |%n",
        call, costs.stream().map(Cost::toString).collect(Collectors.joining(" | "))));
  }

  private Map<String, Cost> measured(int size) {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var other =
        support.client().data("ticket_create_stub_ticket").path("ticket_id").asText();
    support.client().data("ticket_close", "ticket_id", other);
    support.grant();
    support.client().data("fleet_key_scan", "api.wait", "20");
    var fingerprint = PublicKey.parse(support.key()).fingerprint();
    fill(owner, support, size);
    fillKeys(owner, support, fingerprint, size);

    var costs = new LinkedHashMap<String, Cost>();
    measure(costs, support, "version", none -> call("version"));
    measure(costs, support, "api_token_list, a page of 10", none -> call("api_token_list", PAGE));
    measure(costs, support, "api_token_list, all", none -> call("api_token_list"));
    measure(
        costs,
        support,
        "api_token_update",
        i -> call("api_token_update", "token_name", "t00001", "whitelist_ip", "192.0.2." + i));
    measure(
        costs,
        support,
        "api_token_revoke",
        i -> call("api_token_revoke", "token_name", "t%05d".formatted(2 + i)));
    measure(costs, support, "ticket_list, a page of 10", none -> call("ticket_list", PAGE));
    measure(
        costs,
        support,
        "ticket_list, a page of 10 closed ones",
        none -> call("ticket_list", PAGE) + "&ticket_status=closed");
    measure(
        costs,
        support,
        "ticket_list, by number",
        none -> call("ticket_list", "ticket_id", support.ticket()));
    measure(
        costs, support, "ticket_remove_closed, nothing left", none -> call("ticket_remove_closed"));
    measure(
        costs,
        support,
        "ticket_create_stub_ticket",
        none -> call("ticket_create_stub_ticket", "api.server", support.server().name()));
    measure(
        costs,
        support,
        "ticket_grant, the server answering",
        none -> call(
            "ticket_grant",
            "ticket_id",
            support.ticket(),
            "server_num",
            "1",
            "secure_id",
            support.secureId(),
            "api.wait",
            "20"));
    measure(
        costs, support, "fleet_server_list, a page of 10", none -> call("fleet_server_list", PAGE));
    measure(costs, support, "fleet_key_list, a page", none -> call("fleet_key_list"));
    measure(
        costs,
        support,
        "fleet_key_list, one key",
        none -> call("fleet_key_list", "fingerprint", fingerprint));
    measure(costs, support, "fleet_drift, a page", none -> call("fleet_drift"));
    measure(costs, support, "audit_list of 10", none -> call("audit_list", "limit", "10"));
    return costs;
  }

  private static String call(String function, String... arguments) {
    var form = WhmClient.form(arguments);
    return function + "?api.version=1" + (form.isEmpty() ? "" : "&" + form);
  }

  private static void measure(
      Map<String, Cost> costs, SupportCase support, String name, IntFunction<String> call) {
    var bytes = new AtomicInteger();
    var before = processor();
    var charge = Capacity.of(() -> {
      for (var i = 0; i < REPEATED; i++) {
        var answer = support.client().raw().get("/json-api/" + call.apply(i)).asString();
        assertThat(answer).as(name).contains("\"result\":1");
        bytes.addAndGet(answer.length());
      }
    });
    costs.put(name, new Cost(charge, bytes.get(), since(before) / 1e6));
  }

  /** Nanoseconds of the threads that are neither DynamoDB's nor the client's, by their ids. */
  private static Map<Long, Long> processor() {
    var threads = ManagementFactory.getThreadMXBean();
    return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(info -> info != null && OURS.stream().anyMatch(info.getThreadName()::startsWith))
        .collect(Collectors.toMap(
            ThreadInfo::getThreadId, info -> threads.getThreadCpuTime(info.getThreadId())));
  }

  /** A thread that ended meanwhile is left out. */
  private static long since(Map<Long, Long> before) {
    return processor().entrySet().stream()
        .mapToLong(entry -> Math.max(0, entry.getValue() - before.getOrDefault(entry.getKey(), 0L)))
        .sum();
  }

  private void fill(Account owner, SupportCase support, int size) {
    var user = owner.user();
    var at = "U#" + user;
    var server = support.server().name();
    var name = read(at, "N#first");
    var credential = read(at, "C#" + name.getText("digest"));
    copies(size, i -> name(name, "N#t%05d".formatted(i), "digest", "%064x".formatted(i)));
    copies(size, i -> name(credential, "C#%064x".formatted(i), "token_name", "t%05d".formatted(i)));

    var open = read("TICKETS", user + "#" + support.ticket());
    copies(
        size,
        i -> at(open, "TICKETS", user + "#" + id(i))
            .with("ticket", id(i))
            .with("servers", filled(server, i / OF_A_SERVER)));
    var closed =
        store.query("TICKETS#CLOSED", user + "#").await().indefinitely().get(0);
    copies(
        size,
        i -> at(closed, "TICKETS#CLOSED", closed.getText("sk").replaceAll("[0-9]+$", "" + id(i)))
            .with("ticket", id(i)));
    var grant = read("S#" + server, "G#" + support.ticket() + "#root");
    copies(
        size,
        i -> at(grant, "S#" + filled(server, i / OF_A_SERVER), "G#" + id(i) + "#root")
            .with("ticket", id(i)));

    var listed = read("SERVERS", user + "#" + server);
    var whole = read("S#" + server, "SERVER");
    copies(
        size,
        i -> at(listed, "SERVERS", user + "#" + filled(server, i))
            .with("server_name", filled(server, i)));
    copies(
        size,
        i -> at(whole, "S#" + filled(server, i), "SERVER").with("server_name", filled(server, i)));

    var entry = store.query("A#" + user, "0").await().indefinitely().get(0);
    copies(size, i -> at(entry, "A#" + user, "%015d#%d".formatted(1_700_000_000_000L + i, i)));
  }

  /** On each server the key, and {@link #KEYS_OF_A_SERVER} that nobody gave. */
  private void fillKeys(Account owner, SupportCase support, String fingerprint, int size) {
    var server = support.server().name();
    var prefix = owner.user() + "#" + server + "#";
    var key = store.query("F#KEYS", prefix).await().indefinitely().get(0);
    var look = read("F#OTHERS", owner.user() + "#" + server);
    copies(size, i -> at(look, "F#OTHERS", owner.user() + "#" + filled(server, i)));
    copies(size, i -> ofKey(key, owner, filled(server, i), "F#KEY#" + fingerprint, fingerprint));
    for (var partition : List.of("F#KEYS", "F#DRIFT")) {
      copies(
          Math.min(size, MOST_WITH_KEYS) * KEYS_OF_A_SERVER,
          i -> ofKey(
              key,
              owner,
              filled(server, i / KEYS_OF_A_SERVER),
              partition,
              "SHA256:%043d".formatted(i % KEYS_OF_A_SERVER)));
    }
  }

  private static Item ofKey(
      Item like, Account owner, String server, String partition, String fingerprint) {
    var id = "key " + fingerprint + " " + like.getText("place");
    return at(like, partition, owner.user() + "#" + server + "#" + id)
        .with("server_name", server)
        .with("found", fingerprint);
  }

  private static long id(int i) {
    return 100_000_000L + i;
  }

  private static String filled(String server, int i) {
    return server + "-" + i;
  }

  private static Item name(Item of, String sk, String attribute, String value) {
    return at(of, of.getText("pk"), sk).with(attribute, value);
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
