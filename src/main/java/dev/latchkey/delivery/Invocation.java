package dev.latchkey.delivery;

/**
 * What Systems Manager says of one command on one node.
 *
 * @param status its {@code StatusDetails}
 * @param output what the command printed, at most 24,000 characters
 */
record Invocation(State state, String status, String output) {
  enum State {
    /** Not there yet, waiting, or running. */
    OPEN,
    /** It ran to its end; what it printed says how. */
    FINISHED,
    /** Nobody knows whether it ran, or how far. */
    LOST,
    /** It can never run on that node. */
    IMPOSSIBLE
  }

  static final Invocation NOT_YET = new Invocation(State.OPEN, "not yet there", "");
}
