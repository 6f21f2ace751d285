package dev.latchkey.access;

/**
 * How many calls there may be in a calendar month (UTC), and how many there are.
 *
 * @param owner whose calls they are
 * @param name the token's or the user's name
 * @param used calls counted so far; those of a user as they were summed last, up to a minute ago
 */
public record Quota(Owner owner, String name, long most, long used, Month month) {
  public enum Owner {
    TOKEN,
    USER
  }

  public long left() {
    return Math.max(0, most - used);
  }

  boolean hasRoomFor(long calls) {
    return used + calls <= most;
  }

  /** The same after so many calls more. */
  Quota with(long calls) {
    return new Quota(owner, name, most, used + calls, month);
  }
}
