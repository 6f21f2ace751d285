package dev.latchkey.access;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A user with what only the functions about users ask for.
 *
 * @param suspension empty for a user that is not suspended
 * @param accountLimit the most servers of its own
 * @param end whether it is being removed: it stays suspended until all of it is gone
 */
public record Profile(
    User user, Optional<Suspension> suspension, OptionalLong accountLimit, End end) {

  /** What is to become of it. */
  public enum End {
    NONE,
    REMOVED,
    /** Removed, and nobody can have its name again. */
    TERMINATED
  }

  /** A new one, with no limits of its own. */
  public static Profile of(String name, Privileges privileges, String revision) {
    var user = new User(name, privileges, false, OptionalLong.empty(), revision);
    return new Profile(user, Optional.empty(), OptionalLong.empty(), End.NONE);
  }

  public boolean isEnding() {
    return end != End.NONE;
  }

  /** Whether nobody can have its name again. */
  public boolean isEndingForGood() {
    return end == End.TERMINATED;
  }

  public Profile holding(Privileges privileges, String revision) {
    return with(
        new User(user.name(), privileges, user.suspended(), user.quota(), revision),
        suspension,
        accountLimit,
        end);
  }

  public Profile limitedTo(OptionalLong servers, OptionalLong calls, String revision) {
    return with(
        new User(user.name(), user.privileges(), user.suspended(), calls, revision),
        suspension,
        servers,
        end);
  }

  public Profile suspended(Suspension by, String revision) {
    return with(suspended(true, revision), Optional.of(by), accountLimit, end);
  }

  public Profile resumed(String revision) {
    return with(suspended(false, revision), Optional.empty(), accountLimit, end);
  }

  /** The first step of its removal, after which nothing is added to what it has. */
  public Profile ending(End as, String revision) {
    return with(suspended(true, revision), suspension, accountLimit, as);
  }

  private User suspended(boolean isSuspended, String revision) {
    return new User(user.name(), user.privileges(), isSuspended, user.quota(), revision);
  }

  private static Profile with(
      User user, Optional<Suspension> suspension, OptionalLong accountLimit, End end) {
    return new Profile(user, suspension, accountLimit, end);
  }
}
