package dev.latchkey.server;

import io.smallrye.mutiny.Uni;
import java.util.Map;

/** The access that a user's tickets gave; only the room of tickets knows which ones these are. */
public interface TicketedGrants {
  /** @param areAll false where a ticket or a grant cannot be read, so that more may stand */
  record Owned(Map<GrantKey, Grant> grants, boolean areAll) {}

  /** All that stands or is not proven gone, on whichever servers. */
  Uni<Owned> of(String owner);
}
