package dev.latchkey.store;

import java.io.Serial;

/**
 * DynamoDB did not say whether a request was carried out: it timed out after it was sent, the connection broke, or it
 * could not be reached. 'I do not know' is not 'no': who wrote reads again before it writes again.
 */
public final class UnknownOutcome extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  UnknownOutcome(Throwable cause) {
    super("DynamoDB did not say whether the request was carried out: " + cause.getMessage(), cause);
  }
}
