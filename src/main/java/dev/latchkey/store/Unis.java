package dev.latchkey.store;

import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Does the same to several things at the same time. */
public final class Unis {
  private static final int FEW = 10;

  private Unis() {}

  /** What each made, in their order; fails with the first that fails. */
  public static <T, R> Uni<List<R>> all(Collection<T> things, Function<T, Uni<R>> work) {
    return all(things, work, Math.max(1, things.size()));
  }

  /** The same for many things, a few at a time: connections are left to the others. */
  public static <T, R> Uni<List<R>> fewAtATime(Collection<T> things, Function<T, Uni<R>> work) {
    return all(things, work, FEW);
  }

  private static <T, R> Uni<List<R>> all(
      Collection<T> things, Function<T, Uni<R>> work, int atOnce) {
    return things.isEmpty()
        ? Uni.createFrom().item(List.of())
        : Uni.join()
            .all(things.stream().map(work).toList())
            .usingConcurrencyOf(atOnce)
            .andFailFast();
  }
}
