package dev.latchkey.repeat;

import dev.latchkey.api.Stamp;
import dev.latchkey.store.Carried;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import java.io.Serial;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Travels with the work of a call with a key: each transaction of it has the stamp too, so that what is done and the mark of
 * it are there together or not at all, and no step is done twice, whoever does it.
 */
public final class Stamping {
  private static final Carried<Stamping> CARRIED = new Carried<>(Stamping.class);

  private final StampTable table;
  private final Asked asked;
  private final String request;
  private final Instant at;
  private final Turns turns = new Turns();
  private volatile Optional<Stamp> stamp;
  private volatile Optional<String> server = Optional.empty();
  private volatile boolean overtaken;

  /** @param stamp of the call whose repeat it is; empty for the first */
  Stamping(StampTable table, Asked asked, String request, Instant at, Optional<Stamp> stamp) {
    this.table = table;
    this.asked = asked;
    this.request = request;
    this.at = at;
    this.stamp = stamp;
  }

  /** Another call with this key was quicker: nothing was done. */
  static final class Overtaken extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    Overtaken() {
      super("another call with this key was quicker", null, false, false);
    }
  }

  /**
   * A transaction of a call.
   *
   * @param steps what it does; empty where nobody who calls does it
   * @param made the ids of what it makes
   * @param work commits; it is given what the transaction must have, before anything else
   */
  public static Uni<Void> step(
      List<String> steps, List<String> made, Function<Consumer<Transaction>, Uni<Void>> work) {
    return CARRIED.read(stamping -> stamping
        .filter(keyed -> !steps.isEmpty())
        .map(keyed -> keyed.turns.next(() -> keyed.commit(steps, made, work)))
        .orElseGet(() -> work.apply(in -> {})));
  }

  /** The call named no server, and this one was chosen for it: a repeat goes on with it, however many there are by then. */
  public static Uni<Void> chose(String server) {
    return CARRIED.read(stamping -> {
      stamping.ifPresent(keyed -> keyed.server = Optional.of(server));
      return Uni.createFrom().voidItem();
    });
  }

  Optional<String> server() {
    return server;
  }

  <T> Uni<T> of(Uni<T> work) {
    return CARRIED.with(this, work);
  }

  /** Whether the call has a stamp by now, its own or that of the call whose repeat it is. */
  boolean isStamped() {
    return stamp.isPresent();
  }

  boolean isOvertaken() {
    return overtaken;
  }

  private Uni<Void> commit(
      List<String> steps, List<String> made, Function<Consumer<Transaction>, Uni<Void>> work) {
    return stamp
        .map(known -> more(known, steps, work))
        .orElseGet(() -> first(new Stamp(request, at, Set.copyOf(steps), made, server), work));
  }

  private Uni<Void> first(Stamp own, Function<Consumer<Transaction>, Uni<Void>> work) {
    return work.apply(in -> table.create(in, asked, own, () -> {
          overtaken = true;
          return new Overtaken();
        }))
        .invoke(() -> stamp = Optional.of(own));
  }

  private Uni<Void> more(
      Stamp known, List<String> steps, Function<Consumer<Transaction>, Uni<Void>> work) {
    if (known.forbids(steps)) {
      throw known.over();
    }
    return work.apply(in -> table.add(in, asked, known, steps, known::over))
        .invoke(() -> stamp = Optional.of(known.and(steps)));
  }
}
