package dev.latchkey.reconcile;

import dev.latchkey.store.EachAlone;
import dev.latchkey.usage.Upkeep;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** All work beside the servers, one piece after the other; none stops another. */
@Singleton
public class AllUpkeep {
  /** These close access, and so nothing goes before them. */
  private static final List<Class<?>> FIRST = List.of(SuspendedUpkeep.class, GivenUpkeep.class);

  /** Each goes on with what the one before it made, and the last waits for others, which may be slow. */
  private static final List<Class<?>> LAST = List.of(Sealing.class, Signing.class, Streaming.class);

  private final List<Upkeep> upkeep;

  @Inject
  AllUpkeep(@All List<Upkeep> upkeep) {
    this.upkeep =
        upkeep.stream().sorted(Comparator.comparingInt(AllUpkeep::turn)).toList();
  }

  /** Fails when a piece did. */
  public Uni<Void> run() {
    var failed = new ArrayList<Throwable>();
    return EachAlone.all(
            upkeep, 1, work -> work.run().replaceWith(true), (work, failure) -> failed.add(failure))
        .invoke(done -> {
          if (!failed.isEmpty()) {
            throw new IllegalStateException(
                failed.size() + " of " + upkeep.size() + " pieces of work failed", failed.get(0));
          }
        })
        .replaceWithVoid();
  }

  /** A bean may be of a class that the container made of it. */
  private static int turn(Upkeep work) {
    var first = place(FIRST, work);
    return first >= 0 ? first - FIRST.size() : place(LAST, work) + 1;
  }

  private static int place(List<Class<?>> of, Upkeep work) {
    return IntStream.range(0, of.size())
        .filter(place -> of.get(place).isInstance(work))
        .findFirst()
        .orElse(-1);
  }
}
