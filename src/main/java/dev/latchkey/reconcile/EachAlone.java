package dev.latchkey.reconcile;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Does the same for many things, some at a time: whatever goes wrong with one of them is that one's alone. */
final class EachAlone {
  private EachAlone() {}

  /**
   * @param work what to do; null for nothing to tell
   * @param failed is told of one that failed, also where it failed before there was anything to wait for
   * @return what the others came to, in no particular order
   */
  static <T, R> Uni<List<R>> all(
      List<T> things, int atOnce, Function<T, Uni<R>> work, BiConsumer<T, Throwable> failed) {
    return Multi.createFrom()
        .iterable(things)
        .onItem()
        .transformToUni(thing -> Uni.createFrom()
            .deferred(() -> work.apply(thing))
            .onFailure()
            .invoke(failure -> failed.accept(thing, failure))
            .onFailure()
            .recoverWithNull())
        .merge(atOnce)
        .collect()
        .asList();
  }
}
