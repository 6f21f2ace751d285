package dev.latchkey.server;

/**
 * How a server that calls an order stale stands to the wanted state that we know. A server that is ahead is never followed
 * blindly: either the table was restored from a backup, or somebody on the server has set its numbers.
 */
public enum Lead {
  /** It has carried out a wanted state that we know: another order was faster. */
  NONE,
  /**
   * It has carried out one that we do not know, at most {@link #MOST_FOLLOWED} generations ahead, or one with the number of
   * ours: our generation goes above it.
   */
  NEAR,
  /** It is further ahead: our generation stays, as nothing of ours ever came that far. */
  FAR,
  /** It is in a later epoch, which only an operator began. */
  EPOCH;

  /** More changes of one server than the time that a restored table has lost may have seen. */
  static final long MOST_FOLLOWED = 1_000;

  public static Lead of(Observation stated, ServerState known) {
    var server = known.server();
    if (stated.epoch() != server.epoch()) {
      return stated.epoch() > server.epoch() ? EPOCH : NONE;
    }
    if (known.isOfOurs(stated)) {
      return NONE;
    }
    return stated.generation() - server.generation() <= MOST_FOLLOWED
            && stated.generation() < Server.MOST
        ? NEAR
        : FAR;
  }
}
