package dev.latchkey.token;

import dev.latchkey.api.WhmFailure;
import dev.latchkey.token.TokenConflict.Kind;
import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/**
 * Reads and changes tokens; again when one was changed between the two, which a condition found out before anything was
 * done. What else stood in the way is refused.
 */
final class TokenChange {
  private static final int RETRIES = 10;

  private TokenChange() {}

  /** @param attempt turns {@link Kind#NAME_TAKEN} into a refusal itself: it knows which parameter gave the name */
  static <T> Uni<T> of(Supplier<Uni<? extends T>> attempt) {
    return Uni.createFrom()
        .<T>deferred(attempt::get)
        .onFailure(failure -> is(failure, Kind.STALE))
        .retry()
        .atMost(RETRIES)
        .onFailure(failure -> is(failure, Kind.STALE))
        .transform(busy -> WhmFailure.refused(
            "The tokens are being changed by others; nothing was done, try again."))
        .onFailure(failure -> is(failure, Kind.CALLER_CHANGED))
        .transform(changed -> WhmFailure.refused(
            "The token or the user that makes this call was changed meanwhile; nothing was done."));
  }

  static boolean is(Throwable failure, Kind kind) {
    return failure instanceof TokenConflict conflict && conflict.is(kind);
  }
}
