package dev.latchkey.local;

import java.io.Serial;

/**
 * Why the local server cannot start: one sentence that names what is wrong and what to do about it.
 * It goes to the user as it is, so it carries no stack trace.
 */
public final class LocalProblem extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  public LocalProblem(String sentence) {
    super(sentence, null, false, false);
  }
}
