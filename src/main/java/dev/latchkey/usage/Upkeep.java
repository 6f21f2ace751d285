package dev.latchkey.usage;

import io.smallrye.mutiny.Uni;

/** Work beside the servers that the reconciler does each minute, a bounded piece at a time. */
public interface Upkeep {
  /** Fails when something could not be done, which is tried again the next time; the log has what. */
  Uni<Void> run();
}
