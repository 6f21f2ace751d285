package dev.latchkey.testing;

import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.access.User;
import dev.latchkey.access.UserTable;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.token.RootBootstrap;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Makes users and tokens in the table, without the API: a test begins with an account of its own. */
@Singleton
@Unremovable
public class Accounts {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final TokenValue ROOT_TOKEN = TokenValue.generate(RANDOM);

  @Inject
  Store store;

  @Inject
  UserTable users;

  @Inject
  CredentialTable credentials;

  @Inject
  RootBootstrap bootstrap;

  @Inject
  Clock clock;

  /** Root with its first token, which may do everything. */
  public Account root() {
    bootstrap.createRoot(ROOT_TOKEN).await().indefinitely();
    return new Account(User.ROOT, ROOT_TOKEN);
  }

  /** A new reseller with these privileges, and a token named {@code first} that has them all. */
  public Account reseller(Privilege... privileges) {
    return reseller(OptionalLong.empty(), privileges);
  }

  public Account reseller(OptionalLong quota, Privilege... privileges) {
    return add(new User(
        "reseller" + NUMBER.incrementAndGet(),
        Privileges.of(privileges),
        false,
        quota,
        UUID.randomUUID().toString()));
  }

  public Account suspended(Privilege... privileges) {
    return add(new User(
        "reseller" + NUMBER.incrementAndGet(),
        Privileges.of(privileges),
        true,
        OptionalLong.empty(),
        UUID.randomUUID().toString()));
  }

  private Account add(User user) {
    var transaction = store.transaction();
    users.create(transaction, user, IllegalStateException::new);
    store.write(transaction).await().indefinitely();
    var all =
        new Scope(user.privileges(), Optional.empty(), Optional.empty(), OptionalLong.empty());
    return new Account(user.name(), token(user.name(), "first", all));
  }

  /** A token of a user that exists, with a reach that the API might not have allowed. */
  public TokenValue token(String user, String name, Scope scope) {
    var value = TokenValue.generate(RANDOM);
    var token = new Credential(
        user, value.digest(), name, scope, clock.instant(), UUID.randomUUID().toString());
    var transaction = store.transaction();
    credentials.create(transaction, token, IllegalStateException::new);
    transaction.putNew(
        CredentialTable.withCopy(
            Item.at(new Key("U#" + user, "N#" + name)).with("digest", value.digest()), token),
        IllegalStateException::new);
    store.write(transaction).await().indefinitely();
    return value;
  }

  /** Suspends a user, without the API. */
  public void suspend(String user) {
    var item = store.get(new Key("U#" + user, "PROFILE")).await().indefinitely().orElseThrow();
    var suspended = item.with("suspended", AttributeValue.fromBool(true))
        .with("revision", UUID.randomUUID().toString());
    store.write(store.transaction().put(suspended)).await().indefinitely();
  }

  public boolean hasToken(String user, String name) {
    return store.get(new Key("U#" + user, "N#" + name)).await().indefinitely().isPresent();
  }

  /** Takes a token away, without the API. */
  public void revoke(String user, TokenValue value) {
    var token =
        credentials.find(user, value).await().indefinitely().orElseThrow().credential();
    var transaction = store.transaction();
    credentials.delete(transaction, token, IllegalStateException::new);
    store.write(transaction).await().indefinitely();
  }
}
