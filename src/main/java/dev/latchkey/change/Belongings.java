package dev.latchkey.change;

import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import java.util.function.Consumer;

/** What a room keeps under a user's name: a user of the same name who comes after must not have it. */
public interface Belongings {
  /**
   * Removes some of it, as much as one transaction takes, once the user is suspended and being removed.
   *
   * @param whileEnding adds to each transaction, first, that the user is still being removed: one of its name may have come
   *     since
   * @return whether there may be more
   */
  Uni<Boolean> remove(Author author, String user, Consumer<Transaction> whileEnding);
}
