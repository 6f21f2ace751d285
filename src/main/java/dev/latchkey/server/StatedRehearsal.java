package dev.latchkey.server;

import java.util.List;
import java.util.Optional;

/**
 * What a server says that an order would change, which it has not carried out.
 *
 * @param unknown what it could not tell, a sentence each
 * @param refused why it would not do what the order is for
 */
public record StatedRehearsal(List<Change> would, List<String> unknown, Optional<String> refused) {
  /**
   * One thing that would change.
   *
   * @param what kind of thing it is: a line, a door, a session
   * @param change what would become of it, in a sentence
   */
  public record Change(
      String what,
      Optional<String> user,
      Optional<String> file,
      Optional<String> door,
      String change) {}

  /** Whether it has said all that would change. */
  public boolean isWhole() {
    return unknown.isEmpty();
  }
}
