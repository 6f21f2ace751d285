package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.CountOutcome.State;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A call that fails after it was admitted, when another call has taken its mark's place. */
@QuarkusTest
class TakenBackTest extends WhmTest {
  @Inject
  Store store;

  private final Key key = new Key("M#" + UUID.randomUUID(), "TEST");
  private final CountOutcome outcome = new CountOutcome(Tally.NONE);

  private long takenBackOfFive() {
    store.write(store.transaction().put(Item.at(key).with("36", 5))).await().indefinitely();
    var count =
        new Counted(key.pk(), key.sk(), "request", Instant.now(), Map.of("36", 1L), outcome);
    new CountingTable(store).takeBack(count).await().indefinitely();
    return store.get(key).await().indefinitely().orElseThrow().getNumber("36");
  }

  @Test
  void whatIsKnownToBeCountedIsTakenBack() {
    outcome.counted();
    assertThat(takenBackOfFive()).isEqualTo(4);
    assertThat(outcome.state()).isEqualTo(State.NO);
  }

  /** Else one that others made would be taken back. */
  @Test
  void whatIsNotKnownToBeCountedStaysUnknown() {
    outcome.unknown();
    assertThat(takenBackOfFive()).isEqualTo(5);
    assertThat(outcome.state()).isEqualTo(State.UNKNOWN);
  }
}
