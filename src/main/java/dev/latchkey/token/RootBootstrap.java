package dev.latchkey.token;

import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import dev.latchkey.audit.AuditEntry;
import dev.latchkey.audit.AuditTable;
import dev.latchkey.store.Store;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Serial;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/** Makes root and its first token in a deployment that has none yet; every other token is made by a call. */
@Singleton
public class RootBootstrap {
  private static final String FIRST_TOKEN = "root";

  private final Store store;
  private final UserTable users;
  private final CredentialTable credentials;
  private final AuditTable audit;
  private final Clock clock;

  @Inject
  RootBootstrap(
      Store store, UserTable users, CredentialTable credentials, AuditTable audit, Clock clock) {
    this.store = store;
    this.users = users;
    this.credentials = credentials;
    this.audit = audit;
    this.clock = clock;
  }

  public Uni<Boolean> rootExists() {
    return users.find(User.ROOT).map(found -> found.isPresent());
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
      var now = clock.instant();
      var request = UUID.randomUUID().toString();
      var name = "bootstrap-" + now.toEpochMilli();
      var token = new Credential(User.ROOT, value.digest(), name, Scope.UNLIMITED, now, request);
      var transaction = store.transaction();
      TokenTable.putName(transaction, token);
      credentials.create(transaction, token, RootExists::new);
      return audit.commit(transaction, entry(token, now, request)).replaceWith(name);
    });
  }

  private static AuditEntry entry(Credential token, Instant now, String request) {
    return new AuditEntry(User.ROOT, "", "bootstrap", TokenData.describe(token), "", now, request);
  }

  /**
   * Makes root with one token that may do everything, and the audit entry of it, in one transaction.
   *
   * @return false when there is a root already; then nothing was changed
   */
  public Uni<Boolean> createRoot(TokenValue value) {
    return Uni.createFrom().deferred(() -> {
      var now = clock.instant();
      var request = UUID.randomUUID().toString();
      var token =
          new Credential(User.ROOT, value.digest(), FIRST_TOKEN, Scope.UNLIMITED, now, request);
      var transaction = store.transaction();
      users.create(transaction, User.root(request), RootExists::new);
      TokenTable.putName(transaction, token);
      credentials.create(transaction, token, RootExists::new);
      return audit
          .commit(transaction, entry(token, now, request))
          .replaceWith(true)
          .onFailure(RootExists.class)
          .recoverWithItem(false);
    });
  }

  private static final class RootExists extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;
  }
}
