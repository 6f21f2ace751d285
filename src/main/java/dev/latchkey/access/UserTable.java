package dev.latchkey.access;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How users lie in the table: {@code U#user / PROFILE}. */
@Singleton
public class UserTable {
  /** What has none is not a user: any function may count calls where there is nothing. */
  private static final String REVISION = "revision";

  private static final String SAME_REVISION = "revision = :revision";

  private final Store store;

  @Inject
  public UserTable(Store store) {
    this.store = store;
  }

  public Uni<Optional<User>> find(String name) {
    return seen(name).map(found -> found.map(Seen::user));
  }

  /** A user as it was read, with the sum of its calls. */
  record Seen(User user, Item item) {
    /** Its calls are those of all its credentials, as the reconciler summed them last. */
    Optional<Quota> quota(Month month) {
      return user.quota().stream()
          .mapToObj(most -> new Quota(
              Quota.Owner.USER,
              user.name(),
              most,
              item.findNumber(month.counter()).orElse(0L),
              month))
          .findFirst();
    }
  }

  Uni<Optional<Seen>> seen(String name) {
    return store
        .get(key(name))
        .map(found -> found
            .filter(item -> item.find(REVISION).isPresent())
            .map(item -> new Seen(user(name, item), item)));
  }

  public void create(Transaction in, User user, Supplier<? extends RuntimeException> exists) {
    in.putNew(
        Item.at(key(user.name()))
            .with("acls", Item.set(user.privileges().acls()))
            .with("suspended", AttributeValue.fromBool(user.suspended()))
            .with("quota", Item.number(user.quota()))
            .with(REVISION, user.revision()),
        exists);
    if (user.quota().isPresent()) {
      QuotaTable.note(in, user);
    }
  }

  public void checkExists(
      Transaction in, String name, Supplier<? extends RuntimeException> unknown) {
    in.check(key(name), "attribute_exists(" + REVISION + ")", Map.of(), unknown);
  }

  /** The user is still the one that was seen. */
  public void checkUnchanged(
      Transaction in, User user, Supplier<? extends RuntimeException> changed) {
    in.check(
        key(user.name()), SAME_REVISION, Map.of(":revision", Item.text(user.revision())), changed);
  }

  private static User user(String name, Item item) {
    return new User(
        name,
        Privileges.ofAcls(item.getSet("acls")),
        item.getFlag("suspended"),
        item.findNumber("quota").map(OptionalLong::of).orElseGet(OptionalLong::empty),
        item.getText(REVISION));
  }

  private static Key key(String user) {
    return new Key("U#" + user, "PROFILE");
  }
}
