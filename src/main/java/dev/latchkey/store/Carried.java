package dev.latchkey.store;

import io.smallrye.mutiny.Context;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Function;

/**
 * A value that travels with some work, in the context of its Uni: a call has no thread of its own. What travels with it
 * already goes on doing so.
 */
public final class Carried<V> {
  private final String key;

  /** @param of whose it is; no two may be of one class */
  public Carried(Class<?> of) {
    this.key = of.getName();
  }

  /** The same work, with {@code value} travelling with it and with nothing around it. */
  public <T> Uni<T> with(V value, Uni<T> work) {
    return Uni.createFrom()
        .context(around -> Uni.createFrom().emitter(result -> {
          var entries = new HashMap<String, Object>();
          around.keys().forEach(known -> entries.put(known, around.get(known)));
          entries.put(key, value);
          var running =
              work.subscribe().with(Context.from(entries), result::complete, result::fail);
          result.onTermination(running::cancel);
        }));
  }

  /** Work that depends on what travels with it; empty where nothing does. */
  public <T> Uni<T> read(Function<Optional<V>, Uni<T>> work) {
    return Uni.createFrom()
        .context(context -> work.apply(Optional.ofNullable(context.getOrElse(key, () -> null))));
  }
}
