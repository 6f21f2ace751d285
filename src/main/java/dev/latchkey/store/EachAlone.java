package dev.latchkey.store;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Does the same for many things, some at a time: whatever goes wrong with one of them is that one's alone. */
public final class EachAlone {
  private EachAlone() {}

  /**
   * @param work what to do; null for nothing to tell
   * @param failed is told of one that failed, also where it failed before there was anything to wait for
   * @return what the others came to, in no particular order
   */
  public static <T, R> Uni<List<R>> all(
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

  /**
   * The same where all is to be done: it fails when the last of them has ended, if any of them failed.
   *
   * @param otherwise what it fails with, beside the first failure
   */
  public static <T> Uni<Void> orFail(
      List<T> things,
      int atOnce,
      Function<T, Uni<Boolean>> work,
      BiConsumer<T, Throwable> failed,
      String otherwise) {
    var failures = new ConcurrentLinkedQueue<Throwable>();
    return all(things, atOnce, work, (thing, failure) -> {
          failed.accept(thing, failure);
          failures.add(failure);
        })
        .invoke(done -> {
          if (!failures.isEmpty()) {
            throw new IllegalStateException(otherwise, failures.peek());
          }
        })
        .replaceWithVoid();
  }
}
