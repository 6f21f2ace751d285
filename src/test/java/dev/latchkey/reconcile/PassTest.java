package dev.latchkey.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.change.Change;
import dev.latchkey.server.Grant;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.Server;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.StandInFleet;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusMock;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;

/** A pass over many servers, with a stand-in for Systems Manager: by numbers of requests, and not by time. */
@QuarkusTest
@InProcess
class PassTest extends WhmTest {
  /** {@code make passes} has 1,000. */
  private static final int SERVERS = Integer.getInteger("test.servers", 100);

  /** A full hour, as lists are told of looks once in each. */
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.HOURS);

  private static final String KEY = Keys.ed25519();

  @Inject
  Reconciler reconciler;

  @Inject
  ServerTable servers;

  @Inject
  Change change;

  @Inject
  Store store;

  private final StandInFleet fleet = new StandInFleet();

  @BeforeEach
  void standIn() {
    QuarkusMock.installMockForType(fleet, SsmAsyncClient.class);
    endAll();
  }

  @AfterEach
  void leaveNothingDue() {
    SdkProbe.reset();
    fleet.heal();
    endAll();
  }

  /** What other tests left behind is not counted, and what this one does is in nobody's way. */
  private void endAll() {
    pass(Duration.ofDays(30));
    fleet.forget();
  }

  /** With a grant that was just asked for. */
  private ServerState server() {
    var id = UUID.randomUUID().toString().replace("-", "").substring(0, 17);
    var server = Server.added(new ServerName("p" + id), NodeId.parse("i-" + id), "passes");
    var before = new ServerState(server, List.of());
    var grant = Grant.wished(
        7,
        1,
        SshUser.ROOT,
        PublicKey.ofLine(KEY),
        SourceRanges.ofCidrs("203.0.113.0/24"),
        NOW,
        NOW.plus(Duration.ofDays(7)));
    change
        .note(in -> servers.add(in, server, IllegalStateException::new, IllegalStateException::new))
        .await()
        .indefinitely();
    return write(before, before.with(grant, NOW));
  }

  private ServerState write(ServerState before, ServerState after) {
    change.note(in -> servers.write(in, before, after)).await().indefinitely();
    return after;
  }

  private List<ServerState> servers(int count) {
    return Stream.generate(this::server).limit(count).toList();
  }

  private ServerState found(ServerState of) {
    return servers.find(of.server().name()).await().indefinitely().orElseThrow();
  }

  private Reconciler.Pass pass(Duration from) {
    try (var clock = TestClock.stoppedAt(NOW.plus(from).getEpochSecond())) {
      return reconciler.run().await().atMost(Duration.ofMinutes(5));
    }
  }

  private static String node(ServerState of) {
    return of.server().node().value();
  }

  @Test
  void allThatIsDueIsOrderedWhateverIsDead() {
    var all = servers(SERVERS);
    var dead = all.subList(0, SERVERS / 5);
    dead.forEach(server -> fleet.kill(node(server)));
    var begun = System.nanoTime();

    var pass = pass(Duration.ofMinutes(2));

    System.out.printf(
        "| %d servers due, %d of them dead | one pass of %.1f s orders them, with %d looks at commands |%n",
        SERVERS, dead.size(), (System.nanoTime() - begun) / 1e9, fleet.looks());
    assertThat(fleet.sent()).containsExactlyInAnyOrderElementsOf(nodes(all));
    assertThat(pass.left()).isZero();
    assertThat(all.stream().filter(server -> found(server).server().isConfirmed()))
        .hasSize(SERVERS - dead.size());
    assertThat(pass(Duration.ofMinutes(2)).looks()).isEmpty();
  }

  private static List<String> nodes(List<ServerState> of) {
    return of.stream().map(PassTest::node).toList();
  }

  @Test
  void ofSeveralPassesAtOnceEachServerIsOrderedByOne() {
    var looks = servers(5);
    pass(Duration.ofMinutes(2));
    var orders = servers(5);
    fleet.forget();

    try (var clock = TestClock.stoppedAt(NOW.plus(Duration.ofMinutes(30)).getEpochSecond())) {
      Uni.join()
          .all(reconciler.run(), reconciler.run(), reconciler.run())
          .andFailFast()
          .await()
          .atMost(Duration.ofMinutes(1));
    }

    var both = new ArrayList<>(nodes(looks));
    both.addAll(nodes(orders));
    assertThat(fleet.sent()).containsExactlyInAnyOrderElementsOf(both);
  }

  @Test
  void whatClosesAccessComesBeforeLooks() {
    var looks = servers(40);
    pass(Duration.ofMinutes(2));
    var revoked = looks.get(39);
    var now = found(revoked);
    write(now, now.ending(grant -> true, Grant.Reason.REVOKED, NOW.plus(Duration.ofMinutes(25))));
    fleet.forget();

    pass(Duration.ofMinutes(30));

    assertThat(fleet.sent().get(0)).isEqualTo(node(revoked));
    assertThat(fleet.sent()).hasSize(40);
  }

  /** One small write takes it, one records what is stated; neither is a transaction. */
  @Test
  void aLookAtAConfirmedServerIsOneUpdateOfIt() {
    var server = server();
    pass(Duration.ofMinutes(2));
    SdkProbe.reset();

    pass(Duration.ofMinutes(18));

    assertThat(SdkProbe.requests().stream().filter(name -> name.startsWith("UpdateItem")))
        .hasSize(2);
    assertThat(SdkProbe.requests()).doesNotContain("TransactWriteItems", "PutItem");
    assertThat(found(server).server().due()).contains(NOW.plus(Duration.ofMinutes(33)));
    fleet.forget();
    pass(Duration.ofMinutes(32));
    assertThat(fleet.sent()).isEmpty();
    pass(Duration.ofMinutes(33));
    assertThat(fleet.sent()).containsExactly(node(server));
  }

  @Test
  void aLookThatNobodyAnswersIsRepeatedSoonerThanTheNext() {
    var server = server();
    pass(Duration.ofMinutes(2));
    fleet.takeOffline(node(server));
    pass(Duration.ofMinutes(18));
    fleet.forget();

    pass(Duration.ofMinutes(19));

    assertThat(fleet.sent()).containsExactly(node(server));
    assertThat(found(server).server().attempts()).isEqualTo(2);
    assertThat(found(server).server().isConfirmed()).isTrue();
  }

  /** It breaks off after the look was taken: the next one is there all the same. */
  @Test
  void aLookThatBreaksOffIsNotTheLast() {
    var server = server();
    pass(Duration.ofMinutes(2));
    SdkProbe.failBefore(request -> request.getClass().getSimpleName().startsWith("TransactWrite")
        ? Optional.of(new IllegalStateException("the function was ended"))
        : Optional.empty());
    fleet.takeOffline(node(server));
    assertThat(pass(Duration.ofMinutes(18)).looks()).singleElement().matches(Look::failed);
    SdkProbe.reset();
    fleet.heal();
    fleet.forget();

    pass(Duration.ofMinutes(33));

    assertThat(fleet.sent()).containsExactly(node(server));
  }

  /** Taking a look and recording what came of it are updates by themselves. */
  @ParameterizedTest
  @CsvSource({"true, 1", "false, 1", "true, 2", "false, 2"})
  void whicheverUpdateOfALookIsLostTheNextLookIsThere(boolean beforeIt, int number) {
    var server = server();
    pass(Duration.ofMinutes(2));
    SdkProbe.reset();
    var left = SdkProbe.loseUpdate(beforeIt, number);
    pass(Duration.ofMinutes(18));
    SdkProbe.reset();
    assertThat(left.get()).as("there is such an update").isLessThanOrEqualTo(0);
    fleet.forget();

    pass(Duration.ofMinutes(33));

    assertThat(fleet.sent()).containsExactly(node(server));
    assertThat(found(server).server().isConfirmed()).isTrue();
    assertThat(found(server).server().seen().orElseThrow().at())
        .isEqualTo(NOW.plus(Duration.ofMinutes(33)));
    assertThat(found(server).server().due()).contains(NOW.plus(Duration.ofMinutes(48)));
  }

  @Test
  void whatIsThrottledIsSentLaterAndTheOthersGoOn() {
    var throttled = server();
    var other = server();
    fleet.throttle(node(throttled));

    pass(Duration.ofMinutes(2));

    assertThat(fleet.sent()).containsExactly(node(other));
    assertThat(found(throttled).server().attempts()).isEqualTo(1);
    fleet.heal();
    pass(Duration.ofMinutes(3));
    assertThat(fleet.sent()).containsExactly(node(other), node(throttled));
    assertThat(found(throttled).server().isConfirmed()).isTrue();
  }

  /** It comes as the event of a command for which nobody waits any more; who sent the first order still waits. */
  @Test
  void aServerThatStatesTooLateThatItHasNoAgentGetsIt() {
    var ordered = server();
    fleet.stripAgent(node(ordered));

    assertThat(ended(ordered)).isEmpty();
    assertThat(fleet.installed()).as("by the first order's call").isEmpty();

    write(ordered, ordered.tryingAgain(NOW));
    assertThat(ended(ordered)).isEmpty();
    assertThat(fleet.installed()).isNotEmpty().containsOnly(node(ordered));
    assertThat(fleet.sent())
        .as("no order, of which the end would be the next event")
        .isEmpty();

    pass(Duration.ofMinutes(10));
    assertThat(found(ordered).server().isConfirmed()).isTrue();
  }

  private List<Look> ended(ServerState of) {
    return reconciler.ended(of.server().node(), "command-of-long-ago").await().indefinitely();
  }

  /** As an earlier release wrote it: the time in the key, and no item of this release's form. */
  @Test
  void anItemOfAnEarlierReleaseIsTakenOver() {
    var server = server();
    var name = server.server().name().value();
    var shard = "DUE#" + Math.floorMod(name.hashCode(), 8);
    var due = server.server().due().orElseThrow();
    var old = new Key(shard, "%012d#%s".formatted(due.getEpochSecond(), name));
    var leftover = new Key(shard, "%012d#%s".formatted(due.getEpochSecond() - 9, name));
    change
        .note(in -> in.put(Item.at(old).with("server_name", name))
            .put(Item.at(leftover).with("server_name", name))
            .delete(new Key(shard, name)))
        .await()
        .indefinitely();

    pass(Duration.ofMinutes(2));
    assertThat(fleet.sent()).containsExactly(node(server));
    // Of two items of one server at once, one may find the server changed by the other, and stays
    // for the next pass.
    pass(Duration.ofMinutes(2));

    assertThat(fleet.sent()).containsExactly(node(server));
    assertThat(store.get(old).await().indefinitely()).isEmpty();
    assertThat(store.get(leftover).await().indefinitely()).isEmpty();
    assertThat(store.get(new Key(shard, name)).await().indefinitely()).isPresent();
  }

  /** The failure is that item's alone: all others are looked at, and the run says that it failed. */
  @Test
  void anItemThatCannotBeReadStopsNobody() {
    var server = server();
    var broken = new Key("DUE#0", "not a name");
    change.note(in -> in.put(Item.at(broken))).await().indefinitely();
    try {
      var pass = pass(Duration.ofMinutes(2));

      assertThat(pass.looks()).filteredOn(Look::failed).hasSize(1);
      assertThat(fleet.sent()).containsExactly(node(server));
    } finally {
      change.note(in -> in.delete(broken)).await().indefinitely();
    }
  }

  /** It is due now and written anew, and all others are looked at. */
  @ParameterizedTest
  @ValueSource(strings = {"due_at", "look"})
  void aDamagedHintStopsNobodyAndIsWrittenAnew(String attribute) {
    var damaged = server();
    var other = server();
    var key = hint(damaged);
    var hint = store.get(key).await().indefinitely().orElseThrow();
    change.note(in -> in.put(hint.with(attribute, "x"))).await().indefinitely();

    try {
      assertThatCode(() -> pass(Duration.ofMinutes(2))).doesNotThrowAnyException();

      assertThat(fleet.sent()).containsExactlyInAnyOrder(node(damaged), node(other));
      assertThat(store.get(key).await().indefinitely().orElseThrow().getNumber(attribute))
          .isNotNegative();
      pass(Duration.ofMinutes(2));
      change
          .note(in ->
              in.put(store.get(key).await().indefinitely().orElseThrow().with(attribute, "x")))
          .await()
          .indefinitely();

      pass(Duration.ofMinutes(2));

      assertThat(store.get(key).await().indefinitely().orElseThrow().getNumber(attribute))
          .as("of a server of which nothing is due")
          .isNotNegative();
    } finally {
      change.note(in -> in.delete(key)).await().indefinitely();
    }
  }

  private static Key hint(ServerState of) {
    var name = of.server().name().value();
    return new Key("DUE#" + Math.floorMod(name.hashCode(), 8), name);
  }

  /** Its server cannot be ordered anything, as the order has all grants; that is named, and all others are looked at. */
  @Test
  void aDamagedGrantStopsItsServerAlone() {
    var damaged = server();
    var other = server();
    var key = new Key("S#" + damaged.server().name(), "G#7#root");
    var grant = store.get(key).await().indefinitely().orElseThrow();
    change.note(in -> in.put(grant.with("public_key", "none"))).await().indefinitely();
    try {
      var pass = pass(Duration.ofMinutes(2));

      assertThat(pass.looks())
          .filteredOn(Look::failed)
          .extracting(Look::server)
          .containsExactly(damaged.server().name().value());
      assertThat(fleet.sent()).containsExactly(node(other));
      assertThatThrownBy(() -> found(damaged)).hasMessageContainingAll(key.pk(), key.sk());
    } finally {
      change.note(in -> in.put(grant)).await().indefinitely();
    }
  }

  @Test
  void aHintOfAServerThatIsGoneGoes() {
    var server = server();
    var name = server.server().name().value();
    change.note(in -> servers.remove(in, server)).await().indefinitely();
    var key = new Key("DUE#" + Math.floorMod(name.hashCode(), 8), name);
    change
        .note(in -> in.put(Item.at(key).with("server_name", name).with("due_at", 1)))
        .await()
        .indefinitely();

    pass(Duration.ofMinutes(2));

    assertThat(store.get(key).await().indefinitely()).isEmpty();
    assertThat(fleet.sent()).isEmpty();
  }
}
