package dev.latchkey.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AllUpkeepTest {
  private final List<String> done = new ArrayList<>();

  private Uni<Void> does(String what) {
    return Uni.createFrom().voidItem().invoke(() -> done.add(what));
  }

  private final Upkeep ends = new SuspendedUpkeep(null, null, null) {
    @Override
    public Uni<Void> run() {
      return does("end the access of the suspended");
    }
  };

  private final Upkeep endsMore = new GivenUpkeep(null, null, null) {
    @Override
    public Uni<Void> run() {
      return does("end what tokens gave");
    }
  };

  /** A pass over servers may have left little time. */
  @Test
  void accessIsEndedBeforeAnythingElse() {
    var upkeep = new AllUpkeep(List.of(() -> does("bill"), endsMore, () -> does("sum"), ends));

    upkeep.run().await().indefinitely();

    assertThat(done)
        .containsExactly("end the access of the suspended", "end what tokens gave", "bill", "sum");
  }
}
