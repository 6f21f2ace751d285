package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.settings.Settings;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Capacity;
import dev.latchkey.testing.Capacity.Charge;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.usage.Upkeep;
import io.quarkus.arc.All;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final int KEYS_OF_A_SERVER = Integer.getInteger("test.growth.keys", 5);
  private static final String[] PAGE = {"api.chunk.enable", "1", "api.chunk.size", "10"};

  private static final List<String> OURS = List.of("vert.x", "executor", "sdk-", "aws-java-sdk");

  /** Of which all that there is is asked for, or whose page is not full where there are few servers. */
  private static final Set<String> WHOLE = Set.of(
      "api_token_list, all",
      "ticket_remove_closed, nothing left",
      "fleet_key_list, one key",
      "usage_report",
      "usage_report, a page of 10 users",
      "listresellers",
      "audit_verify, a page",
      "audit_export, a page");

  /** Of any call, whatever there is: four for each user of a page, one for each 100 entries of an audit's. */
  private static final int MOST_REQUESTS = 50;

  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Inject
  DynamoDbAsyncClient dynamoDb;

  @Inject
  Settings settings;

  @Inject
  @All
  List<Upkeep> upkeep;

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
      assertThat(costs)
          .as("requests of " + call)
          .allMatch(cost -> cost.charge().requests() <= MOST_REQUESTS * REPEATED);
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
    var much = new MuchOfEach(store, dynamoDb, settings.table(), owner, support);
    much.fill(size);
    much.fillKeys(fingerprint, size, KEYS_OF_A_SERVER);
    seal();

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
    measure(costs, support, "audit_verify, a page", none -> call("audit_verify"));
    measure(costs, support, "audit_export, a page", none -> call("audit_export"));
    measure(costs, support, "usage_report", none -> call("usage_report"));
    measure(
        costs,
        support,
        "usage_report, a page of 10 tokens",
        none -> call("usage_report", "group", "token", "limit", "10"));
    measure(
        costs,
        root(),
        "usage_report, a page of 10 users",
        none -> call("usage_report", "group", "user", "limit", "10"));
    measure(costs, root(), "listresellers", none -> call("listresellers"));
    much.removeResellers(size);
    return costs;
  }

  private static String call(String function, String... arguments) {
    var form = WhmClient.form(arguments);
    return function + "?api.version=1" + (form.isEmpty() ? "" : "&" + form);
  }

  private static void measure(
      Map<String, Cost> costs, SupportCase support, String name, IntFunction<String> call) {
    measure(costs, support.client(), name, call);
  }

  private static void measure(
      Map<String, Cost> costs, WhmClient client, String name, IntFunction<String> call) {
    var bytes = new AtomicInteger();
    var before = processor();
    var charge = Capacity.of(() -> {
      for (var i = 0; i < REPEATED; i++) {
        var answer = client.raw().get("/json-api/" + call.apply(i)).asString();
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

  private void seal() {
    var sealing = upkeep.stream()
        .filter(work -> work.getClass().getSimpleName().startsWith("Sealing"))
        .findFirst()
        .orElseThrow();
    while (!store
        .query(Query.between("UNSEALED", " ", Query.END).limit(1))
        .await()
        .indefinitely()
        .isEmpty()) {
      sealing.run().await().indefinitely();
    }
  }
}
