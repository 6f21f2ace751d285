package dev.latchkey.server;

import java.util.List;
import java.util.Optional;

/**
 * One of the doors of a server, as the server stated it.
 *
 * @param by the program behind it, such as {@code firewalld}
 * @param problem what is not as wanted, or what surely keeps the vendor out, in words
 * @param notes what may keep the vendor out
 */
public record StatedDoor(
    State state, Optional<String> by, Optional<String> problem, List<String> notes) {
  /** What a statement does not speak of. */
  public static final StatedDoor UNKNOWN = of(State.UNKNOWN);

  public enum State {
    WHOLE,
    GONE,
    PARTIAL,
    UNKNOWN,
    ABSENT
  }

  public static StatedDoor of(State state) {
    return new StatedDoor(state, Optional.empty(), Optional.empty(), List.of());
  }
}
