package dev.latchkey.store;

import java.io.Serial;
import java.util.Optional;

/** A condition did not hold, and nothing was written. */
public final class ConditionFailed extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  private final transient Optional<Item> before;

  ConditionFailed(Optional<Item> before) {
    super("a condition did not hold", null, false, false);
    this.before = before;
  }

  /** The item that the condition was about; empty when there is none. */
  public Optional<Item> before() {
    return before;
  }
}
