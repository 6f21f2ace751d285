package dev.latchkey.server;

import io.smallrye.mutiny.Uni;
import java.util.Map;

/** The access that a user's tickets gave; only the room of tickets knows which ones these are. */
public interface TicketedGrants {
  /** All that stands or is not proven gone, on whichever servers. */
  Uni<Map<GrantKey, Grant>> of(String owner);
}
