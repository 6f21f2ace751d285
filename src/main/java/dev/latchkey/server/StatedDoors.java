package dev.latchkey.server;

import dev.latchkey.server.StatedDoor.State;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All doors of a server.
 *
 * @param chain the firewall
 * @param csf empty where CSF is not installed
 * @param hulk what guards against guessed passwords: cPHulk, fail2ban or Imunify360
 */
public record StatedDoors(
    StatedDoor chain, StatedDoor hostsAllow, Optional<StatedDoor> csf, StatedDoor hulk) {

  /** A server without any. */
  public static final StatedDoors ABSENT = new StatedDoors(
      StatedDoor.of(StatedDoor.State.ABSENT),
      StatedDoor.of(StatedDoor.State.ABSENT),
      Optional.empty(),
      StatedDoor.of(StatedDoor.State.ABSENT));

  /** The firewall with CSF, which is one too: open or closed only where both are. */
  public State firewall() {
    var states =
        Stream.concat(Stream.of(chain), csf.stream()).map(StatedDoor::state).toList();
    if (states.contains(State.UNKNOWN)) {
      return State.UNKNOWN;
    }
    var isOpen = states.contains(State.WHOLE);
    var isClosed = states.contains(State.GONE);
    if (states.contains(State.PARTIAL) || isOpen && isClosed) {
      return State.PARTIAL;
    }
    return isOpen ? State.WHOLE : isClosed ? State.GONE : State.ABSENT;
  }
}
