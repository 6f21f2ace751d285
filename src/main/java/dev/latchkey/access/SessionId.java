package dev.latchkey.access;

import dev.latchkey.text.SessionText;
import dev.latchkey.text.Sha256;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a session, or a link to one, is known by: {@code USER:SECRET}, as WHM has it. It cannot print itself.
 */
public final class SessionId {
  private final String user;
  private final String secret;

  private SessionId(String user, String secret) {
    this.user = user;
    this.secret = secret;
  }

  /** @param random a cryptographically strong source */
  public static SessionId generate(String user, RandomGenerator random) {
    var secret = new StringBuilder();
    for (var i = 0; i < SessionText.RANDOM; i++) {
      secret.append(SessionText.ALPHABET.charAt(random.nextInt(SessionText.ALPHABET.length())));
    }
    return new SessionId(user, secret.append(SessionText.checksum(secret)).toString());
  }

  /** Empty for a text of another form or another checksum. */
  public static Optional<SessionId> parse(String text) {
    var colon = text.indexOf(':');
    return colon > 0
            && User.isName(text.substring(0, colon))
            && SessionText.isSecret(text.substring(colon + 1))
        ? Optional.of(new SessionId(text.substring(0, colon), text.substring(colon + 1)))
        : Optional.empty();
  }

  /** As whom it acts. */
  public String user() {
    return user;
  }

  /** The whole of it, for the one answer and the cookie that show it. */
  public String reveal() {
    return user + ":" + secret;
  }

  /** What the store knows instead of it. */
  public String digest() {
    return Sha256.hex(reveal());
  }

  /** What the store knows instead of its security token, whose ten digits alone could be tried out. */
  String digestWith(SecurityToken token) {
    return Sha256.hex(reveal() + token.path());
  }

  /** What its calls are told apart by where the table must not tell what they said. */
  CallerSecret callerSecret() {
    return CallerSecret.of(secret);
  }

  @Override
  public String toString() {
    return "[secret]";
  }
}
