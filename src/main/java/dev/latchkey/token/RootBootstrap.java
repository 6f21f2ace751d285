package dev.latchkey.token;

import dev.latchkey.access.Credential;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.change.LimitTable;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Serial;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Makes root and its first token in a deployment that has none yet; every other token is made by a call. */
@Singleton
public class RootBootstrap {
  private static final String FIRST_TOKEN = "root";

  private static final String NAME = "bootstrap";

  private final UserTable users;
  private final TokenTable tokens;
  private final Change change;
  private final LimitTable limits;
  private final Clock clock;

  @Inject
  RootBootstrap(UserTable users, TokenTable tokens, Change change, LimitTable limits, Clock clock) {
    this.users = users;
    this.tokens = tokens;
    this.change = change;
    this.limits = limits;
    this.clock = clock;
  }

  public Uni<Boolean> rootExists() {
    return users.find(User.ROOT).map(Optional::isPresent);
  }

  /**
   * Makes one more token of root's that may do everything, and root itself where there is none.
   *
   * @return the token's name
   */
  public Uni<String> addRootToken(TokenValue value) {
    return createRoot(value).chain(isFirst -> {
      if (isFirst) {
        return Uni.createFrom().item(FIRST_TOKEN);
      }
      var token = token(value, NAME + "-" + clock.instant().toEpochMilli());
      return commit(token, in -> {
            tokens.create(in, token, RootExists::new);
            limits.forget(in, token.user());
          })
          .replaceWith(token.name());
    });
  }

  /**
   * Makes root with one token that may do everything, and the audit entry of it, in one transaction.
   *
   * @return false when there is a root already; then nothing was changed
   */
  public Uni<Boolean> createRoot(TokenValue value) {
    return Uni.createFrom().deferred(() -> {
      var token = token(value, FIRST_TOKEN);
      return commit(token, in -> {
            users.create(in, User.root(token.revision()), RootExists::new);
            tokens.create(in, token, RootExists::new);
          })
          .replaceWith(true)
          .onFailure(RootExists.class)
          .recoverWithItem(false);
    });
  }

  private Credential token(TokenValue value, String name) {
    var request = UUID.randomUUID().toString();
    return new Credential(
        User.ROOT, value.digest(), name, Scope.UNLIMITED, clock.instant(), request);
  }

  private Uni<Void> commit(Credential token, Consumer<Transaction> items) {
    var author = Author.internal(NAME, token.createdAt(), token.revision());
    return change.commit(author, User.ROOT, TokenData.describe(token), items);
  }

  private static final class RootExists extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;
  }
}
