package dev.latchkey.access;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A user with what only the functions about users ask for.
 *
 * @param suspension empty for a user that is not suspended
 * @param accountLimit the most servers of its own
 * @param isEnding whether it is being removed: it stays suspended until all of it is gone
 */
public record Profile(
    User user, Optional<Suspension> suspension, OptionalLong accountLimit, boolean isEnding) {

  /** A new one, with no limits of its own. */
  public static Profile of(String name, Privileges privileges, String revision) {
    var user = new User(name, privileges, false, OptionalLong.empty(), revision);
    return new Profile(user, Optional.empty(), OptionalLong.empty(), false);
  }

  public Profile holding(Privileges privileges, String revision) {
    return with(
        new User(user.name(), privileges, user.suspended(), user.quota(), revision),
        suspension,
        accountLimit,
        isEnding);
  }

  public Profile limitedTo(OptionalLong servers, OptionalLong calls, String revision) {
    return with(
        new User(user.name(), user.privileges(), user.suspended(), calls, revision),
        suspension,
        servers,
        isEnding);
  }

  public Profile suspended(Suspension by, String revision) {
    return with(suspended(true, revision), Optional.of(by), accountLimit, isEnding);
  }

  public Profile resumed(String revision) {
    return with(suspended(false, revision), Optional.empty(), accountLimit, isEnding);
  }

  /** The first step of its removal, after which nothing is added to what it has. */
  public Profile ending(String revision) {
    return with(suspended(true, revision), suspension, accountLimit, true);
  }

  private User suspended(boolean isSuspended, String revision) {
    return new User(user.name(), user.privileges(), isSuspended, user.quota(), revision);
  }

  private static Profile with(
      User user, Optional<Suspension> suspension, OptionalLong accountLimit, boolean isEnding) {
    return new Profile(user, suspension, accountLimit, isEnding);
  }
}
