package dev.latchkey.local.ssm;

import java.util.concurrent.CountDownLatch;

/** What may go wrong with one SendCommand; several may go wrong with the same. */
public sealed interface PlannedFault {
  /** Nothing is accepted; the error is of this type, such as {@code InvalidInstanceId}. */
  record Refused(String type) implements PlannedFault {}

  /** Accepted and carried out, but the connection ends without an answer. */
  record ReplyLost() implements PlannedFault {}

  /** Accepted and carried out, but the answer does not come while the client waits. */
  record ReplyHangs() implements PlannedFault {}

  /** Runs only when the gate opens; the command is in progress until then, or has ended as another fault says. */
  record Late(CountDownLatch gate) implements PlannedFault {}

  /** The script runs two times, one after the other; the second run's output is what is seen. */
  record DeliveredTwice() implements PlannedFault {}

  /** Ends so and without output, whether or not the script ran in truth. */
  record Ends(Status status, boolean ran) implements PlannedFault {}

  /** As if never sent, for the first so many looks at it. */
  record Invisible(int looks) implements PlannedFault {}

  /** The first so many looks at it are throttled. */
  record LooksThrottled(int looks) implements PlannedFault {}

  /** Standard output is cut so early. */
  record OutputCut(int characters) implements PlannedFault {}

  /** Too many calls; the SDK repeats the call by itself. */
  static PlannedFault throttled() {
    return new Refused("ThrottlingException");
  }

  /** The node is not known, not online, or not ours. */
  static PlannedFault invalidInstance() {
    return new Refused("InvalidInstanceId");
  }

  static PlannedFault undeliverable() {
    return new Ends(Status.UNDELIVERABLE, false);
  }

  static PlannedFault accessDenied() {
    return new Ends(Status.ACCESS_DENIED, false);
  }

  static PlannedFault terminated() {
    return new Ends(Status.TERMINATED, false);
  }

  static PlannedFault cancelled() {
    return new Ends(Status.CANCELLED, false);
  }

  static PlannedFault deliveryTimedOut(boolean ran) {
    return new Ends(Status.DELIVERY_TIMED_OUT, ran);
  }

  static PlannedFault executionTimedOut(boolean ran) {
    return new Ends(Status.EXECUTION_TIMED_OUT, ran);
  }
}
