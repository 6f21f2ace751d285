package dev.latchkey.access;

import java.io.Serial;
import java.util.Optional;

/** No call of this credential is served. The cause is for the log alone: outside, every cause looks the same. */
public final class AccessDenied extends RuntimeException {
  @Serial
  private static final long serialVersionUID = 1;

  public enum Cause {
    NO_CREDENTIAL("no Authorization header and no session"),
    SEVERAL_CREDENTIALS("more than one Authorization header"),
    UNKNOWN_SCHEME("an Authorization header that is neither “whm USER:TOKEN” nor Basic"),
    NO_USER_NAME("no valid user name in the Authorization header"),
    NO_TOKEN("the secret has not the form or the checksum of a token"),
    CLEAR_TEXT("a token over clear text from another machine"),
    FORWARDED("a trusted proxy sent an X-Forwarded-For that does not say who calls"),
    UNKNOWN_TOKEN("no such token of this user"),
    UNKNOWN_USER("the token's user does not exist"),
    EXPIRED("the token has expired"),
    ADDRESS("the address is not on the token's list"),
    SUSPENDED("the user is suspended"),
    CHANGED("the token was changed while the call was admitted"),
    NO_SESSION("the cookie has not the form or the checksum of a session"),
    NO_PREFIX("a session without its /cpsess… before the path"),
    UNKNOWN_SESSION("no such session or link of this user, or a link that was used"),
    WRONG_PREFIX("the /cpsess… before the path is not this session's"),
    LOCKED_SESSION("the session is locked after too many wrong /cpsess…"),
    TOKEN_OF_SESSION("the token that opened the session is gone"),
    NARROWED_TOKEN(
        "the session acts as another user, and the token that opened it does not hold “all” any more"),
    ENDED_SESSION("the session or the link has ended");

    private final String sentence;

    Cause(String sentence) {
      this.sentence = sentence;
    }
  }

  private final Cause why;
  private final transient Optional<KnownToken> token;

  /** Of whoever it is: nobody knows the credential. */
  public AccessDenied(Cause why) {
    this(why, Optional.empty());
  }

  /** @param token which is known, and so its owner may learn of it */
  AccessDenied(Cause why, KnownToken token) {
    this(why, Optional.of(token));
  }

  private AccessDenied(Cause why, Optional<KnownToken> token) {
    super(why.sentence, null, false, false);
    this.why = why;
    this.token = token;
  }

  /** The same of somebody who has shown a whole session, whose token is known by it. */
  AccessDenied by(Session session) {
    if (token.isPresent()) {
      return this;
    }
    return new AccessDenied(
        why == Cause.UNKNOWN_TOKEN ? Cause.TOKEN_OF_SESSION : why, session.known());
  }

  /** The token, if it is known whose it is: its user and its id may be noted. */
  public Optional<KnownToken> token() {
    return token;
  }

  public Cause why() {
    return why;
  }
}
