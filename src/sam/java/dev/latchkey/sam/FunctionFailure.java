package dev.latchkey.sam;

import java.io.Serial;

/** Why a function gave no answer. */
final class FunctionFailure extends Exception {
  @Serial
  private static final long serialVersionUID = 1;

  /** What became of the process. */
  enum Kind {
    /** The function said so and waits for the next event. */
    ERROR,
    /** The process ended, or could not start. */
    EXIT,
    /** It did not answer in time. */
    TIMEOUT,
    /** All that there may be were busy for as long as it may take. */
    BUSY
  }

  private final Kind kind;

  FunctionFailure(Kind kind, String sentence) {
    super(sentence, null, false, false);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** What API Gateway makes of it. */
  HttpAnswer answer() {
    return kind == Kind.TIMEOUT || kind == Kind.BUSY ? HttpAnswer.UNAVAILABLE : HttpAnswer.FAULT;
  }
}
