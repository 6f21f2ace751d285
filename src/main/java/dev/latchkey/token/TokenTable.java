package dev.latchkey.token;

import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.api.Call;
import dev.latchkey.change.Changed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** How token names lie in the table, {@code U#user / N#name}, and what a change of tokens writes. */
@Singleton
class TokenTable {
  private static final String SAME_DIGEST = "digest = :digest";
  private static final Supplier<Changed> CHANGED = Changed::new;

  private final Store store;
  private final CredentialTable credentials;

  @Inject
  TokenTable(Store store, CredentialTable credentials) {
    this.store = store;
    this.credentials = credentials;
  }

  Uni<List<Credential>> ownedBy(String user) {
    return credentials.ownedBy(user);
  }

  Uni<Integer> count(String user) {
    return store.query("U#" + user, "N#").map(List::size);
  }

  void create(Transaction in, Credential token, Supplier<? extends RuntimeException> nameTaken) {
    in.putNew(name(token), nameTaken);
    credentials.create(in, token, nameTaken);
  }

  /** Turns one token into another of the same secret. */
  void change(
      Transaction in,
      Credential before,
      Credential after,
      Supplier<? extends RuntimeException> nameTaken) {
    credentials.change(in, before, after, CHANGED);
    if (!before.name().equals(after.name())) {
      deleteName(in, before);
      in.putNew(name(after), nameTaken);
    }
  }

  void revoke(Transaction in, Credential token) {
    credentials.delete(in, token, CHANGED);
    deleteName(in, token);
  }

  /**
   * The token that vouches still holds {@code all}; see {@link LastAllToken}. The caller's own is checked with every
   * change.
   */
  void checkWitness(Transaction in, Optional<Credential> witness, Call call) {
    witness
        .filter(token -> !token.digest().equals(call.caller().credential().digest()))
        .ifPresent(token -> credentials.checkHoldsAll(in, token, call.at(), CHANGED));
  }

  private static void deleteName(Transaction in, Credential token) {
    in.delete(key(token), SAME_DIGEST, Map.of(":digest", Item.text(token.digest())), CHANGED);
  }

  private static Item name(Credential token) {
    return Item.at(key(token)).with("digest", token.digest());
  }

  private static Key key(Credential token) {
    return new Key("U#" + token.user(), "N#" + token.name());
  }
}
