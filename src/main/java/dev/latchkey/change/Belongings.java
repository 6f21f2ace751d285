package dev.latchkey.change;

import io.smallrye.mutiny.Uni;

/** What a room keeps under a user's name: a user of the same name who comes after must not have it. */
public interface Belongings {
  /**
   * Removes some of it, as much as one transaction takes, once the user is suspended and being removed.
   *
   * @return whether there may be more
   */
  Uni<Boolean> remove(Author author, String user);
}
