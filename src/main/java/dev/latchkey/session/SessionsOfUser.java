package dev.latchkey.session;

import dev.latchkey.access.SessionTable;
import dev.latchkey.change.Author;
import dev.latchkey.change.Belongings;
import dev.latchkey.change.Change;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;

/** The sessions of a user who is being removed, also those that root opened as it, which hang on a token of root's. */
@Singleton
class SessionsOfUser implements Belongings {
  private static final int MOST = 40;

  private final SessionTable sessions;
  private final LimitTable limits;
  private final Change change;

  @Inject
  SessionsOfUser(SessionTable sessions, LimitTable limits, Change change) {
    this.sessions = sessions;
    this.limits = limits;
    this.change = change;
  }

  @Override
  public Uni<Boolean> remove(Author author, String user, Consumer<Transaction> whileEnding) {
    return sessions.some(user, MOST).chain(some -> {
      if (some.isEmpty()) {
        return Uni.createFrom().item(false);
      }
      var what = "ended " + some.size() + " of the sessions of the removed reseller";
      return change
          .commit(author, user, what, in -> {
            whileEnding.accept(in);
            some.forEach(session -> sessions.remove(in, session));
            limits.remove(in, user, Limited.SESSIONS, some.size());
          })
          .replaceWith(some.size() == MOST);
    });
  }
}
