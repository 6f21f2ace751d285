package dev.latchkey.server;

import dev.latchkey.access.Caller;

/**
 * Whose call gave a grant, or gave it again last.
 *
 * @param user whose token it was
 * @param token the token's lasting id, {@link dev.latchkey.access.Credential#id}
 * @param name that the token had then
 */
public record Giver(String user, String token, String name) {
  public static Giver of(Caller caller) {
    return new Giver(
        caller.user().name(), caller.credential().id(), caller.credential().name());
  }
}
