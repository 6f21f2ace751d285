package dev.latchkey.token;

import dev.latchkey.access.Credential;
import dev.latchkey.change.Author;
import dev.latchkey.change.Belongings;
import dev.latchkey.change.Change;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Consumer;

/** The tokens of a user who is being removed: what they counted stays, as of any revoked one. */
@Singleton
class TokensOfUser implements Belongings {
  /** Two items each stay below the 100 of a transaction. */
  private static final int MOST = 40;

  private final TokenTable tokens;
  private final LimitTable limits;
  private final Change change;

  @Inject
  TokensOfUser(TokenTable tokens, LimitTable limits, Change change) {
    this.tokens = tokens;
    this.limits = limits;
    this.change = change;
  }

  @Override
  public Uni<Boolean> remove(Author author, String user, Consumer<Transaction> whileEnding) {
    return Change.retrying(() -> tokens.all(user).chain(all -> {
      // One that is damaged is left until all others are revoked, and then it is named.
      var sound = all.read().isEmpty() ? all.whole() : all.read();
      var some = sound.subList(0, Math.min(MOST, sound.size()));
      return some.isEmpty()
          ? Uni.createFrom().item(false)
          : remove(author, user, some, whileEnding)
              .replaceWith(sound.size() > some.size() || !all.damaged().isEmpty());
    }));
  }

  private Uni<Void> remove(
      Author author, String user, List<Credential> some, Consumer<Transaction> whileEnding) {
    var what = "revoked " + some.size() + " of the tokens of the removed reseller";
    return change.commit(author, user, what, in -> {
      whileEnding.accept(in);
      some.forEach(token -> tokens.revoke(in, token));
      limits.remove(in, user, Limited.TOKENS, some.size());
    });
  }
}
