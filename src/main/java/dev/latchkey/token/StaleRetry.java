package dev.latchkey.token;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.token.TokenConflict.Kind;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/** Reads and changes again when a token was changed between the two; the condition found out, and nothing was done. */
final class StaleRetry {
  private static final int MOST = 5;

  private StaleRetry() {}

  static <T> Uni<T> of(Supplier<Uni<? extends T>> attempt) {
    return Uni.createFrom()
        .<T>deferred(attempt::get)
        .onFailure(StaleRetry::isStale)
        .retry()
        .atMost(MOST)
        .onFailure(StaleRetry::isStale)
        .transform(busy -> WhmFailure.refused(
            "The tokens are being changed by others; nothing was done, try again."));
  }

  private static boolean isStale(Throwable failure) {
    return failure instanceof TokenConflict conflict && conflict.is(Kind.STALE);
  }
}
