package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Privilege;
import dev.latchkey.server.ClosedTicketTable;
import dev.latchkey.server.Grant;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.ticket.ModelFleet.Fault;
import dev.latchkey.ticket.ModelFleet.Line;
import dev.latchkey.ticket.ModelFleet.Machine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One sequence of steps, with two servers and four tickets of which each two share a key, and what must be true after each:
 *
 * <ul>
 *   <li>no line stands after its end, as far as the server's own timer runs or a pass has reached the server;
 *   <li>no line has an end that nobody asked for, and none comes that was proven gone and not granted since;
 *   <li>what leaves the table was not on the server at that moment, and has one receipt;
 *   <li>{@code result} 1 of a function that closes means that the server has none of it;
 *   <li>every change has one audit entry, and without a change there is none;
 *   <li>what is counted is counted right: grants of closed tickets, open tickets, revoked keys;
 *   <li>a server that is confirmed has what is wanted, and in the end every server is.
 * </ul>
 */
final class Lifecycle {
  private static final String[] USERS = {"root", "support"};
  /** What comes later makes most of the trouble. */
  private static final List<Fault> FAULTS = List.of(
      Fault.NONE,
      Fault.NONE,
      Fault.DOUBLED,
      Fault.DOUBLED,
      Fault.DOUBLED,
      Fault.LATE,
      Fault.LATE,
      Fault.LOST,
      Fault.CUT,
      Fault.REPLY_LOST,
      Fault.THROTTLED);

  private static final int TICKETS = 4;
  private static final int SERVERS = 2;

  /** What may happen. */
  enum Do {
    GRANT(30),
    REVOKE(18),
    CLOSE(4),
    REMOVE_CLOSED(6),
    CLOCK(12),
    RECONCILE(12),
    FAULT(16),
    DELIVER(14),
    CRASH(7),
    STUBBORN(6),
    ASLEEP(2),
    BACKUP(2),
    RESTORE(3);

    private final int weight;

    Do(int weight) {
      this.weight = weight;
    }
  }

  /** One step; its numbers mean what there is at that time, so that steps before it may be left out. */
  record Step(Do what, int a, int b, int c) {
    static List<Step> sequence(Random random, int length) {
      var bag = new ArrayList<Do>();
      for (var what : Do.values()) {
        for (var i = 0; i < what.weight; i++) {
          bag.add(what);
        }
      }
      var steps = new ArrayList<Step>();
      for (var i = 0; i < length; i++) {
        steps.add(new Step(
            bag.get(random.nextInt(bag.size())),
            random.nextInt(1000),
            random.nextInt(1000),
            random.nextInt(1000)));
      }
      return steps;
    }
  }

  /** What sequences came to. */
  static final class Coverage {
    private final Map<Do, Integer> done = new EnumMap<>(Do.class);
    private final Map<String, Integer> seen = new TreeMap<>();

    private void saw(String what) {
      seen.merge(what, 1, Integer::sum);
    }

    boolean hasEveryStep() {
      return done.size() == Do.values().length;
    }

    boolean isWhole() {
      return seen.keySet()
          .containsAll(Set.of("proven", "not proven", "crashed", "held", "expired", "late"));
    }

    @Override
    public String toString() {
      return done + " " + seen;
    }
  }

  private record Case(String id, String secret) {}

  /** What the table and the servers had at one moment. */
  private record Seen(
      List<ServerState> states,
      Map<String, Ticket.Status> tickets,
      Map<String, Item> audit,
      Set<String> receipts,
      List<TreeMap<String, Line>> lines) {}

  private final GrantLifecycleTest test;
  private final Coverage covered;
  private final String owner;
  private final WhmClient client;
  private final List<ServerName> names = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();
  private final List<Case> cases = new ArrayList<>();
  private final List<List<Map<String, AttributeValue>>> backups = new ArrayList<>();

  /** By server, ticket and account: the ends that somebody asked for since it was proven gone. */
  private final Map<String, Set<Long>> open = new HashMap<>();

  /** Lines of grants that a restored table does not know. */
  private final Set<String> forgotten = new HashSet<>();

  private long now;
  private long asked;
  private Optional<Step> crash = Optional.empty();
  private boolean wasRestored;

  Lifecycle(GrantLifecycleTest test, Coverage covered) {
    this.test = test;
    this.covered = covered;
    var account = test.accounts().reseller(Privilege.SUPPORT_ACCESS, Privilege.FLEET_READ);
    owner = account.user();
    client = WhmClient.of(account);
    now = Instant.now().getEpochSecond();
    test.fleet().clockIs(now);
  }

  void run(List<Step> steps) {
    try (var clock = TestClock.stoppedAt(now)) {
      setUp();
      var before = look();
      for (var step : steps) {
        covered.done.merge(step.what(), 1, Integer::sum);
        before = take(step, before);
      }
      settle(before);
    }
  }

  private void setUp() {
    for (var i = 0; i < SERVERS; i++) {
      var id = UUID.randomUUID().toString().replace("-", "").substring(0, 17);
      test.asRoot().data("fleet_server_add", "name", "l" + id, "node", "i-" + id, "owner", owner);
      names.add(new ServerName("l" + id));
      machines.add(test.fleet().machine("i-" + id));
    }
    client.data("vendor_profile_set", "key", Keys.ed25519(), "from", "203.0.113.0/24");
    var other = Keys.ed25519();
    for (var i = 0; i < TICKETS; i++) {
      var made =
          client.data("ticket_create_stub_ticket", "api.server", names.get(0).value());
      var id = made.path("ticket_id").asText();
      client.data(
          "ticket_server_add", "ticket_id", id, "api.server", names.get(1).value());
      if (i >= TICKETS / 2) {
        client.data("ticket_key_set", "ticket_id", id, "key", other);
      }
      cases.add(new Case(id, made.path("secure_id").asText()));
    }
    backups.add(items());
  }

  private Seen take(Step any, Seen before) {
    var step = aimed(any, before);
    Optional<JsonNode> answer = Optional.empty();
    var crashed = false;
    var machine = machines.get(step.a() % SERVERS);
    switch (step.what()) {
      case GRANT, REVOKE, CLOSE, REMOVE_CLOSED, RECONCILE -> {
        crashed = crash.isPresent();
        crash.ifPresent(this::breakAt);
        try {
          answer = call(step);
        } catch (AssertionError | RuntimeException died) {
          if (!crashed) {
            throw died;
          }
          covered.saw("crashed");
        } finally {
          crash = Optional.empty();
          SdkProbe.reset();
          test.fleet().isCutOff = false;
        }
      }
      case CLOCK -> clockIs(now + 30 + step.b() % 60 * 60L);
      case FAULT -> machine.fault = FAULTS.get(step.b() % FAULTS.size());
      case DELIVER -> {
        if (machine.late.isEmpty()) {
          machine = machines.get((step.a() + 1) % SERVERS);
        }
        if (!machine.late.isEmpty()) {
          var late = step.b() % 2 == 0 ? machine.late.removeFirst() : machine.late.removeLast();
          var told = machine.carryOut(late, now);
          covered.saw("late");
          if (told.path("outcome").asText().equals("STALE")) {
            covered.saw("stale");
          }
        }
      }
      case CRASH -> crash = Optional.of(step);
      case STUBBORN -> machine.isStubborn = !machine.isStubborn;
      case ASLEEP -> machine.isAsleep = !machine.isAsleep;
      case BACKUP -> backups.add(items());
      case RESTORE -> restore(step);
    }
    if (step.what() == Do.GRANT && !crashed && result(answer) == 0) {
      open.get(key(step)).remove(asked);
    }
    var after =
        switch (step.what()) {
          // Of these the table knows nothing.
          case FAULT, CRASH, STUBBORN, ASLEEP, BACKUP -> before;
          case CLOCK, DELIVER ->
            new Seen(before.states(), before.tickets(), before.audit(), before.receipts(), lines());
          default -> look();
        };
    check(step, before, after, answer, crashed);
    return after;
  }

  /** Mostly at a grant that there is: to revoke what there is not, or to give one anew, says less. */
  private Step aimed(Step any, Seen before) {
    var isAimed =
        any.what() == Do.REVOKE && any.c() % 8 > 0 || any.what() == Do.GRANT && any.c() % 4 == 0;
    var grants = new ArrayList<Step>();
    for (var i = 0; i < SERVERS && isAimed; i++) {
      for (var grant : before.states().get(i).grants()) {
        for (var ticket = 0; ticket < TICKETS; ticket++) {
          if (cases.get(ticket).id().equals("" + grant.ticket())) {
            var user = USERS[0].equals(grant.user().value()) ? 0 : 1;
            grants.add(new Step(any.what(), ticket, i, any.c() / 2 * 2 + user));
          }
        }
      }
    }
    return grants.isEmpty() ? any : grants.get((any.a() * 31 + any.b()) % grants.size());
  }

  private Optional<JsonNode> call(Step step) {
    var ticket = cases.get(step.a() % TICKETS);
    var number = "" + (1 + step.b() % SERVERS);
    var user = USERS[step.c() % USERS.length];
    switch (step.what()) {
      case GRANT -> {
        var ttl = 60 + step.c() * 7L;
        asked = now + ttl;
        open.computeIfAbsent(key(step), none -> new HashSet<>()).add(asked);
        return Optional.of(client.post(
            "ticket_grant",
            "ticket_id",
            ticket.id(),
            "secure_id",
            ticket.secret(),
            "server_num",
            number,
            "ssh_username",
            user,
            "api.ttl",
            "" + ttl));
      }
      case REVOKE -> {
        return Optional.of(client.post(
            "ticket_revoke", "ticket_id", ticket.id(), "server_num", number, "ssh_username", user));
      }
      case CLOSE -> {
        return Optional.of(client.post("ticket_close", "ticket_id", ticket.id()));
      }
      case REMOVE_CLOSED -> {
        return Optional.of(client.post("ticket_remove_closed"));
      }
      default -> {
        test.reconciler.run().await().atMost(Duration.ofMinutes(1));
        return Optional.empty();
      }
    }
  }

  private String key(Step step) {
    return names.get(step.b() % SERVERS) + " " + cases.get(step.a() % TICKETS).id() + " "
        + USERS[step.c() % USERS.length];
  }

  /** The process dies at one request, before it is sent or before its reply is there. */
  private void breakAt(Step at) {
    var left = new AtomicInteger(1 + at.a() % 9);
    var isAfter = at.b() % 2 == 0;
    SdkProbe.failBefore(request -> {
      var count = left.decrementAndGet();
      test.fleet().isCutOff = count <= 0;
      return count < 0 || count == 0 && !isAfter
          ? Optional.of(ApiCallTimeoutException.create(1))
          : Optional.empty();
    });
    SdkProbe.failAfter(request -> isAfter && left.get() <= 0
        ? Optional.of(ApiCallTimeoutException.create(1))
        : Optional.empty());
  }

  private void clockIs(long seconds) {
    now = seconds;
    TestClock.stoppedAt(now);
    test.fleet().clockIs(now);
  }

  /** As docs/operate.md has it: the table is put back, and what it wants is held before anything else is done. */
  private void restore(Step step) {
    var kept = backups.get(step.b() % backups.size());
    var keys = kept.stream().map(Lifecycle::place).collect(Collectors.toSet());
    for (var item : items()) {
      if (!keys.contains(place(item))) {
        test.client.deleteItem(of -> of.tableName("latchkey").key(place(item))).join();
      }
    }
    kept.forEach(
        item -> test.client.putItem(of -> of.tableName("latchkey").item(item)).join());
    wasRestored = true;
    hold();
    for (var i = 0; i < SERVERS; i++) {
      var state = state(i);
      for (var line : machines.get(i).lines.keySet()) {
        if (state.grants().stream().noneMatch(grant -> name(grant).equals(line))) {
          forgotten.add(names.get(i) + " " + line);
        }
      }
    }
  }

  private void hold() {
    for (var i = 0; i < SERVERS; i++) {
      var machine = machines.get(i);
      var fault = machine.fault;
      machine.fault = Fault.NONE;
      test.asRoot().post("fleet_server_reset", "api.server", names.get(i).value(), "hold", "1");
      machine.fault = fault;
    }
  }

  private static int result(Optional<JsonNode> answer) {
    return answer.orElseThrow().at("/metadata/result").asInt();
  }

  private static Map<String, AttributeValue> place(Map<String, AttributeValue> item) {
    return Map.of("pk", item.get("pk"), "sk", item.get("sk"));
  }

  /** The table's items that are about this owner, but for its tokens, which nobody takes back. */
  private List<Map<String, AttributeValue>> items() {
    var mine = new ArrayList<Map<String, AttributeValue>>();
    var words = new ArrayList<String>(List.of(owner));
    names.forEach(name -> words.add(name.value()));
    test.client
        .scanPaginator(scan -> scan.tableName("latchkey").consistentRead(true))
        .subscribe(page -> page.items().stream()
            .filter(item -> !item.get("pk").s().startsWith("U#"))
            .filter(item -> words.stream().anyMatch(item.toString()::contains))
            .forEach(mine::add))
        .join();
    return mine;
  }

  private ServerState state(int server) {
    return test.servers.find(names.get(server)).await().indefinitely().orElseThrow();
  }

  private Seen look() {
    var states = new ArrayList<ServerState>();
    var receipts = new TreeSet<String>();
    for (var i = 0; i < SERVERS; i++) {
      states.add(state(i));
      query("R#" + names.get(i), "E#")
          .forEach(item -> receipts.add(item.getText("pk") + item.getText("sk")));
    }
    var tickets = new TreeMap<String, Ticket.Status>();
    test
        .store
        .getAll(
            cases.stream().map(one -> TicketItem.key(Long.parseLong(one.id()))).toList())
        .await()
        .indefinitely()
        .stream()
        .map(TicketItem::read)
        .forEach(ticket -> tickets.put("" + ticket.id(), ticket.status()));
    var audit = query("A#" + owner, "0").stream()
        .collect(Collectors.toMap(item -> item.getText("sk"), item -> item));
    return new Seen(states, tickets, audit, receipts, lines());
  }

  private List<TreeMap<String, Line>> lines() {
    return machines.stream().map(machine -> new TreeMap<>(machine.lines)).toList();
  }

  private List<Item> query(String partition, String prefix) {
    return test.store.query(partition, prefix).await().indefinitely();
  }

  private static String name(Grant grant) {
    return grant.ticket() + " " + grant.user();
  }

  private void check(
      Step step, Seen before, Seen after, Optional<JsonNode> answer, boolean crashed) {
    var at = "after " + step + ": ";
    checkLines(at, step, before, after, crashed);
    if (after.audit() == before.audit()) {
      return;
    }
    if (step.what() != Do.RESTORE) {
      checkProofs(at, step, before, after, answer, crashed);
      checkAudit(at, step, before, after, answer, crashed);
    }
    checkCounts(at, after);
    if (!crashed) {
      answer.ifPresent(told -> checkWell(at, step, told));
    }
    answer.ifPresent(told -> checkAnswer(at, step, after, told));
    checkList(at, after);
  }

  private void checkLines(String at, Step step, Seen before, Seen after, boolean crashed) {
    for (var i = 0; i < SERVERS; i++) {
      var machine = machines.get(i);
      var state = after.states().get(i);
      var isReached = step.what() == Do.RECONCILE && !crashed && state.server().isConfirmed();
      for (var line : after.lines().get(i).entrySet()) {
        var key = names.get(i) + " " + line.getKey();
        var end = line.getValue().expiresAt();
        if (!machine.isStubborn && !machine.isAsleep || isReached) {
          assertThat(end).as(at + "never active after expiry, " + key).isGreaterThan(now);
        }
        if (!line.getValue().equals(before.lines().get(i).get(line.getKey()))) {
          assertThat(open.getOrDefault(key, Set.of()))
              .as(at + "nobody granted this, or not since it was proven gone: " + key)
              .contains(end);
        }
        if (!forgotten.contains(key)) {
          assertThat(state.grants().stream().map(Lifecycle::name))
              .as(at + "a line that the table does not know, " + key)
              .contains(line.getKey());
        }
      }
      var here = names.get(i) + " ";
      var lines = after.lines().get(i);
      forgotten.removeIf(
          key -> key.startsWith(here) && !lines.containsKey(key.substring(here.length())));
      if (state.server().isConfirmed() && state.server().generation() > 0) {
        var wanted = state.live(Instant.ofEpochSecond(now)).stream()
            .collect(Collectors.toMap(
                Lifecycle::name,
                grant -> new Line(grant.key().line(), grant.expiresAt().getEpochSecond())));
        var live = new TreeMap<>(lines);
        live.values().removeIf(line -> line.expiresAt() <= now);
        assertThat(live).as(at + "confirmed is as wanted, " + here).isEqualTo(wanted);
      }
      if (!state.held().isEmpty()) {
        covered.saw("held");
      }
    }
  }

  /** What left the table was not there, and left one receipt. */
  private void checkProofs(
      String at, Step step, Seen before, Seen after, Optional<JsonNode> answer, boolean crashed) {
    var gone = 0;
    var meant = 0;
    for (var i = 0; i < SERVERS; i++) {
      var now = after.states().get(i);
      for (var grant : before.states().get(i).grants()) {
        if (now.find(grant.ticket(), grant.user()).isPresent()) {
          continue;
        }
        gone++;
        var key = names.get(i) + " " + name(grant);
        meant += isMeant(step, after, key) ? 1 : 0;
        covered.saw("proven");
        assertThat(after.lines().get(i))
            .as(at + "REVOKED implies observed absent, " + key)
            .doesNotContainKey(name(grant));
        open.remove(key);
      }
    }
    var receipts = new TreeSet<>(after.receipts());
    receipts.removeAll(before.receipts());
    assertThat(receipts).as(at + "one receipt for each that is gone").hasSize(gone);
    if (answer.isPresent() && !crashed && step.what() != Do.GRANT) {
      assertThat(answer.get().at("/data/revoked_keys").asInt())
          .as(at + "revoked_keys")
          .isEqualTo(meant);
    }
  }

  /** Whether a call speaks of this grant; an order proves the ends of others too. */
  private boolean isMeant(Step step, Seen after, String key) {
    var ticket = key.split(" ")[1];
    return switch (step.what()) {
      case REVOKE -> key.equals(key(step));
      case CLOSE -> ticket.equals(cases.get(step.a() % TICKETS).id());
      default -> after.tickets().get(ticket) == Ticket.Status.CLOSED;
    };
  }

  private void checkAudit(
      String at, Step step, Seen before, Seen after, Optional<JsonNode> answer, boolean crashed) {
    var fresh = after.audit().entrySet().stream()
        .filter(entry -> !before.audit().containsKey(entry.getKey()))
        .map(entry -> entry.getValue().getText("function_name"))
        .toList();
    var ofOthers = fresh.stream().filter("convergence"::equals).count();
    var changed = 0;
    for (var i = 0; i < SERVERS; i++) {
      var was = before.states().get(i).server();
      var is = after.states().get(i).server();
      changed += was.generation() == is.generation() && was.epoch() == is.epoch() ? 0 : 1;
    }
    var closed = !before.tickets().equals(after.tickets());
    var changes = step.what() == Do.RECONCILE ? changed : changed > 0 || closed ? 1 : 0;
    assertThat(fresh.size() - ofOthers)
        .as(at + "one audit entry per accepted change: " + fresh)
        .isBetween(changes - ofOthers, (long) changes);
    if (step.what() == Do.GRANT && !crashed) {
      assertThat(changes).as(at + "accepted").isEqualTo(result(answer));
    }
  }

  private void checkCounts(String at, Seen after) {
    var counted = query(ClosedTicketTable.OPEN, owner + "#").stream()
        .collect(Collectors.toMap(item -> item.getNumber("ticket"), item -> item));
    for (var ticket : after.tickets().entrySet()) {
      var id = Long.parseLong(ticket.getKey());
      var standing =
          after.states().stream().mapToLong(on -> on.grantsOf(id).size()).sum();
      if (ticket.getValue() == Ticket.Status.OPEN) {
        assertThat(counted).as(at + "an open ticket is listed").containsKey(id);
      } else if (standing > 0) {
        assertThat(counted.get(id).getNumber(ClosedTicketTable.STANDING))
            .as(at + "grants of the closed ticket " + id)
            .isEqualTo(standing);
      } else {
        assertThat(counted).as(at + "a closed ticket that is gone").doesNotContainKey(id);
      }
    }
    var held =
        test.store.get(new Key("H#" + owner, "HELD")).await().indefinitely().orElseThrow();
    assertThat(held.getNumber("tickets"))
        .as(at + "open tickets")
        .isEqualTo(
            after.tickets().values().stream().filter(Ticket.Status.OPEN::equals).count());
  }

  /** Where the servers do what they are told, nothing is left for later. */
  private void checkWell(String at, Step step, JsonNode told) {
    var isOfOne = step.what() == Do.GRANT || step.what() == Do.REVOKE;
    for (var i = 0; i < SERVERS; i++) {
      if (!machines.get(i).isWell() && (!isOfOne || i == step.b() % SERVERS)) {
        return;
      }
    }
    if (step.what() != Do.GRANT) {
      assertThat(told.at("/metadata/result").asInt())
          .as(at + "on well servers " + told)
          .isOne();
    } else if (told.at("/metadata/result").asInt() == 1) {
      assertThat(told.at("/data/auth_status").asText())
          .as(at + "on a well server")
          .isEqualTo("AUTHED");
    }
  }

  /** {@code result} 1 of what closes. */
  private void checkAnswer(String at, Step step, Seen after, JsonNode told) {
    var result = told.at("/metadata/result").asInt();
    if (step.what() == Do.GRANT) {
      return;
    }
    covered.saw(result == 1 ? "done" : "not proven");
    if (result != 1) {
      return;
    }
    var ticket = cases.get(step.a() % TICKETS).id();
    for (var i = 0; i < SERVERS; i++) {
      var where = names.get(i) + " ";
      var here =
          after.lines().get(i).keySet().stream().filter(line -> !forgotten.contains(where + line));
      switch (step.what()) {
        case REVOKE -> {
          if (i == step.b() % SERVERS) {
            assertThat(here)
                .as(at + "result 1")
                .doesNotContain(ticket + " " + USERS[step.c() % USERS.length]);
          }
        }
        case CLOSE ->
          assertThat(here).as(at + "result 1").noneMatch(line -> line.startsWith(ticket + " "));
        default ->
          assertThat(here)
              .as(at + "result 1")
              .noneMatch(line -> after.tickets().get(line.split(" ")[0]) == Ticket.Status.CLOSED);
      }
    }
  }

  private void checkList(String at, Seen after) {
    for (var auth : client.data("ticket_list").path("auths")) {
      for (var server : auth.path("servers")) {
        var state = after.states().stream()
            .filter(on ->
                on.server().name().value().equals(server.path("server_name").asText()))
            .findFirst()
            .orElseThrow();
        var grant = state.grantsOf(auth.path("ticket_id").asLong()).stream()
            .filter(one -> one.user().value().equals(server.path("ssh_username").asText()))
            .findFirst();
        var status = server.path("auth_status").asText();
        if (status.equals("EXPIRED")) {
          covered.saw("expired");
        }
        if (status.equals("AUTHED")) {
          assertThat(grant.map(Grant::expiresAt))
              .as(at + "AUTHED")
              .hasValueSatisfying(end -> assertThat(end.getEpochSecond()).isGreaterThan(now));
        }
      }
    }
  }

  /** All is well again: in the end every server has what is wanted, and nothing that is not. */
  private void settle(Seen before) {
    crash = Optional.empty();
    machines.forEach(machine -> {
      machine.fault = Fault.NONE;
      machine.isStubborn = false;
      machine.isAsleep = false;
    });
    if (wasRestored) {
      hold();
    }
    var now = look();
    for (var i = 0; i < 3; i++) {
      now = take(new Step(Do.CLOCK, 0, 59, 0), now);
      now = take(new Step(Do.CLOCK, 0, 20, 0), now);
      now = take(new Step(Do.RECONCILE, 0, 0, 0), now);
    }
    now = take(new Step(Do.REMOVE_CLOSED, 0, 0, 0), now);
    for (var i = 0; i < SERVERS; i++) {
      var state = now.states().get(i);
      assertThat(state.server().isConfirmed())
          .as("in the end it is confirmed: " + state)
          .isTrue();
      assertThat(state.ending()).as("in the end nothing is left to end").isEmpty();
      assertThat(state.grants().stream().filter(Grant::isWanted))
          .as("in the end nothing is wanted that has expired")
          .noneMatch(grant -> grant.expiresAt().getEpochSecond() <= this.now);
    }
  }
}
