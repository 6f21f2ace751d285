package dev.latchkey.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class EachAloneTest {
  private final List<String> told = new CopyOnWriteArrayList<>();

  private static Uni<String> work(String thing) {
    return switch (thing) {
      case "at once" -> throw new IllegalStateException("before there was anything");
      case "later" -> Uni.createFrom().failure(new IllegalStateException("afterwards"));
      case "nothing" -> Uni.createFrom().nullItem();
      default -> Uni.createFrom().item("did " + thing);
    };
  }

  @Test
  void whatFailsIsThatOneAlone() {
    var done = EachAlone.all(
            List.of("a", "at once", "b", "later", "nothing", "c"),
            2,
            EachAloneTest::work,
            (thing, failure) -> told.add(thing + ": " + failure.getMessage()))
        .await()
        .indefinitely();

    assertThat(done).containsExactlyInAnyOrder("did a", "did b", "did c");
    assertThat(told)
        .containsExactlyInAnyOrder("at once: before there was anything", "later: afterwards");
  }
}
