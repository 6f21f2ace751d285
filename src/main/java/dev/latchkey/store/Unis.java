package dev.latchkey.store;

import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Does the same to several things at the same time. */
public final class Unis {
  private Unis() {}

  /** What each made, in their order; fails with the first that fails. */
  public static <T, R> Uni<List<R>> all(Collection<T> things, Function<T, Uni<R>> work) {
    return things.isEmpty()
        ? Uni.createFrom().item(List.of())
        : Uni.join().all(things.stream().map(work).toList()).andFailFast();
  }
}
