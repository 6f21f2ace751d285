package dev.latchkey.repeat;

import io.smallrye.mutiny.Uni;
import java.util.function.Supplier;

/** Works that are done one after the other, whatever becomes of each. */
final class Turns {
  private Uni<Void> last = Uni.createFrom().voidItem();

  /** The same work, after all that was given before it. */
  synchronized Uni<Void> next(Supplier<Uni<Void>> work) {
    var own = last.chain(work::get).memoize().indefinitely();
    last = own.onFailure().recoverWithNull();
    return own;
  }
}
