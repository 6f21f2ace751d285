package dev.latchkey.change;

import java.io.Serial;

/** Something is no longer what was read, and nothing was done: {@link Change#retrying} reads again. */
public final class Changed extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  public Changed() {
    super("what was read was changed meanwhile", null, false, false);
  }
}
