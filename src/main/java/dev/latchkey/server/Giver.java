package dev.latchkey.server;

import dev.latchkey.access.Caller;

/**
 * Whose call gave a grant, or gave it again last.
 *
 * @param user whose token it was
 * @param token the token's lasting id, {@link dev.latchkey.access.Credential#id}
 * @param line that of its line, {@link dev.latchkey.access.Succession#line}: the successor of a rotated token stands for what
 *     that one gave
 * @param name that the token had then
 */
public record Giver(String user, String token, String line, String name) {
  public static Giver of(Caller caller) {
    var token = caller.credential();
    return new Giver(caller.user().name(), token.id(), token.succession().line(), token.name());
  }
}
