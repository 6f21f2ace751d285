package dev.latchkey.token;

import dev.latchkey.access.Caller;
import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.UserTable;
import dev.latchkey.audit.AuditEntry;
import dev.latchkey.audit.AuditTable;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import dev.latchkey.token.TokenConflict.Kind;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How token names lie in the table, {@code U#user / N#name}, and the transactions that change tokens. Each of them holds
 * only while the caller is still what was admitted, so that a token that was narrowed or revoked meanwhile makes nothing.
 */
@Singleton
class TokenTable {
  private static final String SAME_DIGEST = "digest = :digest";
  private static final Supplier<TokenConflict> STALE = () -> new TokenConflict(Kind.STALE);
  private static final Supplier<TokenConflict> NAME_TAKEN =
      () -> new TokenConflict(Kind.NAME_TAKEN);
  private static final Supplier<TokenConflict> CALLER_CHANGED =
      () -> new TokenConflict(Kind.CALLER_CHANGED);

  private final Store store;
  private final UserTable users;
  private final CredentialTable credentials;
  private final AuditTable audit;

  @Inject
  TokenTable(Store store, UserTable users, CredentialTable credentials, AuditTable audit) {
    this.store = store;
    this.users = users;
    this.credentials = credentials;
    this.audit = audit;
  }

  Uni<List<Credential>> of(String user) {
    return credentials.of(user);
  }

  /** @throws TokenConflict when the name is taken or the caller has changed */
  Uni<Void> create(Caller caller, Credential token, AuditEntry entry) {
    var transaction = store.transaction();
    putName(transaction, token);
    credentials.create(transaction, token, NAME_TAKEN);
    checkCaller(transaction, caller, List.of());
    return audit.commit(transaction, entry);
  }

  /**
   * Turns one token into another of the same secret.
   *
   * @param witness a token that must still hold {@code all} afterwards; see {@link LastAllToken}
   * @throws TokenConflict when the new name is taken, or something is no longer what was read
   */
  Uni<Void> change(
      Caller caller,
      Credential before,
      Credential after,
      Optional<Credential> witness,
      AuditEntry entry) {
    var transaction = store.transaction();
    credentials.change(transaction, before, after, STALE);
    if (!before.name().equals(after.name())) {
      deleteName(transaction, before);
      putName(transaction, after);
    }
    checkCaller(transaction, caller, List.of(before));
    checkWitness(transaction, caller, witness, entry);
    return audit.commit(transaction, entry);
  }

  /** @throws TokenConflict when something is no longer what was read; then none was revoked */
  Uni<Void> revoke(
      Caller caller, List<Credential> tokens, Optional<Credential> witness, AuditEntry entry) {
    var transaction = store.transaction();
    for (var token : tokens) {
      credentials.delete(transaction, token, STALE);
      deleteName(transaction, token);
    }
    checkCaller(transaction, caller, tokens);
    checkWitness(transaction, caller, witness, entry);
    return audit.commit(transaction, entry);
  }

  /** @param written what the transaction writes already under a condition of its own: no item may be in it twice */
  private void checkCaller(Transaction in, Caller caller, List<Credential> written) {
    users.checkUnchanged(in, caller.user(), CALLER_CHANGED);
    if (written.stream().noneMatch(token -> isCaller(caller, token))) {
      credentials.checkUnchanged(in, caller.credential(), CALLER_CHANGED);
    }
  }

  private void checkWitness(
      Transaction in, Caller caller, Optional<Credential> witness, AuditEntry entry) {
    witness
        .filter(token -> !isCaller(caller, token))
        .ifPresent(token -> credentials.checkHoldsAll(in, token, entry.at(), STALE));
  }

  private static boolean isCaller(Caller caller, Credential token) {
    return caller.credential().digest().equals(token.digest());
  }

  static void putName(Transaction in, Credential token) {
    in.putNew(Item.at(name(token)).with("digest", token.digest()), NAME_TAKEN);
  }

  private static void deleteName(Transaction in, Credential token) {
    in.delete(name(token), SAME_DIGEST, Map.of(":digest", Item.text(token.digest())), STALE);
  }

  private static Key name(Credential token) {
    return new Key("U#" + token.user(), "N#" + token.name());
  }
}
