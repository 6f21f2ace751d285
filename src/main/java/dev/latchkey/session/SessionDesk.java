package dev.latchkey.session;

import dev.latchkey.access.AccessDenied;
import dev.latchkey.access.AccessDenied.Cause;
import dev.latchkey.access.Caller;
import dev.latchkey.access.SecurityToken;
import dev.latchkey.access.Session;
import dev.latchkey.access.SessionId;
import dev.latchkey.access.SessionLink;
import dev.latchkey.access.SessionTable;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.wire.ConsolePages;
import dev.latchkey.wire.Entrance;
import dev.latchkey.wire.SessionKeeper;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Opens and ends sessions, each with its audit entry, in one transaction. */
@Singleton
final class SessionDesk implements SessionKeeper {
  private final SessionTable sessions;
  private final LimitTable limits;
  private final Change change;
  private final SecureRandom random;

  @Inject
  SessionDesk(SessionTable sessions, LimitTable limits, Change change, SecureRandom random) {
    this.sessions = sessions;
    this.limits = limits;
    this.change = change;
    this.random = random;
  }

  @Override
  public Uni<Opened> open(Caller caller, Moment moment) {
    var id = SessionId.generate(caller.user().name(), random);
    var token = SecurityToken.generate(random);
    var session = session(caller, id, moment.at().plus(Session.LONGEST), moment);
    return Change.retrying(() -> limits.within(
            session.user(),
            Limited.SESSIONS,
            () -> sessions.count(session.user(), moment.at()),
            () -> change.commit(author(caller, moment), session.user(), opened(session), in -> {
              sessions.create(in, session, id, token, moment.at());
              limits.add(in, session.user(), Limited.SESSIONS);
            })))
        .replaceWith(new Opened(id, token, ConsolePages.path("")));
  }

  @Override
  public Uni<Opened> open(SessionLink link, SecurityToken token, Caller caller, Moment moment) {
    var id = SessionId.generate(link.session().user(), random);
    var session = session(caller, id, link.session().endsAt(), moment);
    var sentence = opened(session) + ", by link " + link.session().id();
    return change
        .commit(author(caller, moment), session.user(), sentence, in -> {
          sessions.useUp(in, link, () -> new AccessDenied(Cause.UNKNOWN_SESSION));
          sessions.create(in, session, id, token, moment.at());
        })
        .replaceWith(new Opened(id, token, ConsolePages.path(link.app())));
  }

  @Override
  public Uni<Void> end(Session session, String source, Moment moment) {
    var sentence = "session %s ended by a logout from %s; it was opened by token %s of %s"
        .formatted(
            session.id(),
            source,
            session.token().substring(0, session.id().length()),
            session.opener());
    var author = Author.internal(Entrance.END.segment(), moment.at(), moment.request());
    return change
        .commit(author, session.user(), sentence, in -> {
          sessions.end(in, session, Changed::new);
          limits.remove(in, session.user(), Limited.SESSIONS, 1);
        })
        .onFailure(Changed.class)
        .recoverWithNull();
  }

  private static Session session(Caller caller, SessionId id, Instant endsAt, Moment moment) {
    return new Session(
        id.user(),
        id.digest(),
        caller.opener().name(),
        caller.credential().digest(),
        caller.credential().name(),
        caller.scope().privileges(),
        endsAt.truncatedTo(ChronoUnit.SECONDS),
        moment.request());
  }

  private static Author author(Caller caller, Moment moment) {
    return new Author(
        Optional.of(caller), Entrance.OPEN.segment(), moment.at(), moment.request(), List.of());
  }

  private static String opened(Session session) {
    return "session " + session.id() + " opened, until " + session.endsAt() + " at the latest";
  }
}
