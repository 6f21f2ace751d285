package dev.latchkey.local.ssm;

/** How far a command came on a node: the two words that Systems Manager has for it (GetCommandInvocation). */
public enum Status {
  PENDING("Pending", "Pending"),
  IN_PROGRESS("InProgress", "InProgress"),
  CANCELLING("Cancelling", "Cancelling"),
  SUCCESS("Success", "Success"),
  FAILED("Failed", "Failed"),
  CANCELLED("Cancelled", "Cancelled"),
  EXECUTION_TIMED_OUT("TimedOut", "ExecutionTimedOut"),
  DELIVERY_TIMED_OUT("TimedOut", "DeliveryTimedOut"),
  UNDELIVERABLE("Failed", "Undeliverable"),
  TERMINATED("Cancelled", "Terminated"),
  ACCESS_DENIED("Failed", "AccessDenied"),
  INVALID_PLATFORM("Failed", "InvalidPlatform");

  private final String word;
  private final String details;

  Status(String word, String details) {
    this.word = word;
    this.details = details;
  }

  /** The {@code Status} of the wire. */
  public String word() {
    return word;
  }

  /** The {@code StatusDetails} of the wire. */
  public String details() {
    return details;
  }

  /** Whether it stays so. */
  public boolean isTerminal() {
    return compareTo(SUCCESS) >= 0;
  }
}
