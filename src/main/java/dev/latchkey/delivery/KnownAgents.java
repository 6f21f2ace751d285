package dev.latchkey.delivery;

import dev.latchkey.server.Observation;
import java.util.Optional;

/**
 * The agents that may run on a server: that of this release, and the one that it stated last. What it stated counts only if
 * an order had asked for that agent, so that the earlier one is one of ours too: no server names the agent that is run.
 *
 * @param earlier another one than that of this release; empty where none is known
 */
record KnownAgents(String released, Optional<String> earlier) {
  /** Whether it was stated by one of them; where nothing is said of the agent, none was asked for that would say it. */
  boolean includesThatOf(Observation stated) {
    return stated
        .agentSha256()
        .filter(sha256 -> !sha256.equals(released) && !earlier.equals(Optional.of(sha256)))
        .isEmpty();
  }
}
