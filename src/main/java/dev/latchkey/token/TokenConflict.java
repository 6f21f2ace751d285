package dev.latchkey.token;

import java.io.Serial;

/** A change of tokens met another one, and nothing was done. */
final class TokenConflict extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  enum Kind {
    NAME_TAKEN,
    /** The token or the user that makes the call is no longer what was admitted. */
    CALLER_CHANGED,
    /** A token is no longer what was read: read again. */
    STALE
  }

  private final Kind kind;

  TokenConflict(Kind kind) {
    super(kind.name(), null, false, false);
    this.kind = kind;
  }

  boolean is(Kind other) {
    return kind == other;
  }
}
