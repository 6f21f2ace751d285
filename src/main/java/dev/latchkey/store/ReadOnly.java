package dev.latchkey.store;

import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/**
 * Work that changes nothing, whoever does it and however deep inside: {@link Store} has DynamoDB judge the conditions of its
 * transactions and carries out none, and other writes and orders fail.
 */
public final class ReadOnly {
  private static final Carried<Boolean> MARK = new Carried<>(ReadOnly.class);

  private ReadOnly() {}

  public static <T> Uni<T> of(Uni<T> work) {
    return MARK.with(true, work);
  }

  /** @param inside what is done instead in work that changes nothing */
  public static <T> Uni<T> choose(Supplier<Uni<T>> inside, Supplier<Uni<T>> elsewhere) {
    return MARK.read(mark -> (mark.isPresent() ? inside : elsewhere).get());
  }

  /** Work that changes something: inside of work that changes nothing it is a fault of ours, and is not done. */
  public static <T> Uni<T> refuse(String what, Supplier<Uni<T>> work) {
    return choose(
        () -> Uni.createFrom()
            .failure(() -> new IllegalStateException("work that changes nothing would " + what)),
        work);
  }
}
