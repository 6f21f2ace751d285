package dev.latchkey.server;

import java.util.Optional;

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
}
