package dev.latchkey.store;

import java.io.Serial;

/** The table has items in forms that only a newer release knows. The log says which. */
public final class NewerTable extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  NewerTable() {
    super(
        "The table is of a newer release of Latchkey than this one; nothing was done."
            + " Deploy that release again; the log names it.",
        null,
        false,
        false);
  }
}
