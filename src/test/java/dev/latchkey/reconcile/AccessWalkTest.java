package dev.latchkey.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.delivery.AccessLooks;
import dev.latchkey.server.FindingTable;
import dev.latchkey.server.ServerTable;
import dev.latchkey.server.WalkTable;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The walk past all servers, which begins in these tests at the one that it is about. */
@QuarkusTest
@InProcess
@DrivesAgent
class AccessWalkTest extends WhmTest {
  private static final Key PLACE = new Key("F#WALK", "WALK");

  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Inject
  Change change;

  @Inject
  WalkTable walk;

  @Inject
  ServerTable servers;

  @Inject
  FindingTable findings;

  @Inject
  AccessLooks looks;

  @Inject
  Clock clock;

  private SupportCase support;
  private Duration later = Duration.ZERO;

  @BeforeEach
  void theServerComesNext() throws IOException {
    support = fleet.supportCase();
    Files.writeString(Fleet.authorizedKeys(support.server()), Keys.ed25519() + "\n");
    place(owner() + "#", 0);
  }

  private String owner() {
    return support.client().data("fleet_server_list").at("/servers/0/owner").asText();
  }

  private void place(String cursor, long due) {
    var item = Item.at(PLACE)
        .with("cursor", cursor)
        .with("begun_at", Item.time(clock.instant()))
        .with("due_at", due)
        .with("steps", 1);
    change.note(in -> in.put(item)).await().indefinitely();
  }

  /** One pass, of one server. */
  private void pass(Duration every) {
    new AccessWalk(walk, servers, findings, looks, Clock.offset(clock, later), every, 1)
        .run()
        .await()
        .indefinitely();
  }

  private int known() {
    return support.client().data("fleet_key_list").path("keys").size();
  }

  @Test
  void aPassLooksAtTheServersThatComeNext() {
    pass(Duration.ofDays(1));

    assertThat(known()).isEqualTo(1);
    assertThat(cursor()).isEqualTo(owner() + "#" + support.server().name());
  }

  private String cursor() {
    return store.get(PLACE).await().indefinitely().orElseThrow().getText("cursor");
  }

  @Test
  void atTheEndItRestsUntilItIsTimeAgain() {
    place("~", 0); // after the last of all
    pass(Duration.ofDays(1));
    assertThat(walk.find().await().indefinitely().cursor()).isEmpty();
    pass(Duration.ofDays(1));
    assertThat(walk.find().await().indefinitely().cursor()).isEmpty();

    later = Duration.ofDays(1).plusSeconds(1);
    pass(Duration.ofDays(1));

    assertThat(walk.find().await().indefinitely().cursor()).isPresent();
  }

  @Test
  void whereItIsSetToNeverNothingIsLookedAt() {
    pass(Duration.ZERO);

    assertThat(known()).isZero();
  }

  /** Of two passes at once one looks. */
  @Test
  void aStepThatSomebodyElseTookIsNotTakenAgain() {
    var seen = walk.find().await().indefinitely();
    walk.go(seen, Optional.empty(), clock.instant(), Duration.ofDays(1)).await().indefinitely();

    assertThat(walk.go(seen, Optional.empty(), clock.instant(), Duration.ofDays(1))
            .onItemOrFailure()
            .transform((done, failure) -> failure instanceof Changed)
            .await()
            .indefinitely())
        .isTrue();
  }

  /** What is to be forgotten and cannot be read is named, and everybody is looked at all the same. */
  @Test
  void whatCannotBeForgottenStopsNoLook() {
    var broken = new Key("F#LEFT", " damaged");
    change.note(in -> in.put(Item.at(broken))).await().indefinitely();
    try {
      assertThatThrownBy(() -> pass(Duration.ofDays(1)))
          .hasMessageContaining("is not forgotten yet");
    } finally {
      change.note(in -> in.delete(broken)).await().indefinitely();
    }

    assertThat(known()).isEqualTo(1);
  }

  /** What is left of a server that was removed goes with the next passes. */
  @Test
  void whatIsKnownOfAServerThatIsGoneGoesToo() {
    pass(Duration.ofDays(1));
    var prefix = owner() + "#" + support.server().name();
    assertThat(store.query("F#KEYS", prefix).await().indefinitely()).isNotEmpty();
    root().data("fleet_server_remove", "name", support.server().name());

    pass(Duration.ZERO);

    for (var partition : List.of("F#KEYS", "F#OTHERS", "F#DRIFT", "F#LEFT")) {
      assertThat(store.query(partition, prefix).await().indefinitely())
          .as(partition)
          .isEmpty();
    }
  }
}
