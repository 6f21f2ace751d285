package dev.latchkey.local.ssm;

import java.io.Serial;

/** An answer that is an error of the service. */
final class SsmError extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  private final String type;

  SsmError(String type, String message) {
    super(message, null, false, false);
    this.type = type;
  }

  static SsmError invalid(String message) {
    return new SsmError("ValidationException", message);
  }

  /** The name of the error in the service's model. */
  String type() {
    return type;
  }

  int httpStatus() {
    return type.equals("InternalServerError") ? 500 : 400;
  }
}
