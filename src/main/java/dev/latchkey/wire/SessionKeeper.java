package dev.latchkey.wire;

import dev.latchkey.access.Caller;
import dev.latchkey.access.SecurityToken;
import dev.latchkey.access.Session;
import dev.latchkey.access.SessionId;
import dev.latchkey.access.SessionLink;
import io.smallrye.mutiny.Uni;
import java.time.Instant;

/** What opening and ending a session changes in the table; the room {@code session} does it. */
public interface SessionKeeper {
  /**
   * A session that was opened. Its id is made at that moment and goes into the cookie: whatever anybody knew before is
   * worth nothing.
   *
   * @param page where it leads to, from a slash on
   */
  record Opened(SessionId id, SecurityToken token, String page) {}

  /** When, and under which request id, something is done. */
  record Moment(Instant at, String request) {}

  /** A session of the caller's, whose token was admitted. */
  Uni<Opened> open(Caller caller, Moment moment);

  /**
   * The session of a link, which is used up by it.
   *
   * @param caller the token that made the link, admitted now
   * @param token the link's, which stays that of the session
   * @throws dev.latchkey.access.AccessDenied when it was used meanwhile
   */
  Uni<Opened> open(SessionLink link, SecurityToken token, Caller caller, Moment moment);

  /** Ends a session; it waits for no more than it needs, and one that is gone meanwhile is ended. */
  Uni<Void> end(Session session, String source, Moment moment);
}
