package dev.latchkey.access;

import dev.latchkey.access.AccessDenied.Cause;
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
import software.amazon.awssdk.services.dynamodb.model.Update;

/** How users lie in the table: {@code U#user / PROFILE}. */
@Singleton
public class UserTable {
  private static final String SAME_REVISION = "revision = :revision";

  private final Store store;

  @Inject
  public UserTable(Store store) {
    this.store = store;
  }

  public Uni<Optional<User>> find(String name) {
    return store.get(key(name)).map(found -> found.map(item -> user(name, item)));
  }

  /** @throws AccessDenied when there is no such user, it is suspended, or its calls of the month are used up */
  Uni<User> admit(String name, Month month) {
    return store.get(key(name)).map(found -> {
      var item = found.orElseThrow(() -> new AccessDenied(Cause.UNKNOWN_USER));
      var user = user(name, item);
      if (user.suspended()) {
        throw new AccessDenied(Cause.SUSPENDED);
      }
      if (user.quota().isPresent()
          && item.findNumber(month.counter()).orElse(0L) >= user.quota().getAsLong()) {
        throw new AccessDenied(Cause.USER_QUOTA);
      }
      return user;
    });
  }

  public void create(Transaction in, User user, Supplier<? extends RuntimeException> exists) {
    in.putNew(
        Item.at(key(user.name()))
            .with("acls", Item.set(user.privileges().acls()))
            .with("suspended", AttributeValue.fromBool(user.suspended()))
            .with("quota", Item.number(user.quota()))
            .with("revision", user.revision()),
        exists);
  }

  public void checkExists(
      Transaction in, String name, Supplier<? extends RuntimeException> unknown) {
    in.check(key(name), "attribute_exists(pk)", Map.of(), unknown);
  }

  /** The user is still the one that was seen. */
  public void checkUnchanged(
      Transaction in, User user, Supplier<? extends RuntimeException> changed) {
    in.check(
        key(user.name()), SAME_REVISION, Map.of(":revision", Item.text(user.revision())), changed);
  }

  /** Adds calls to the user's counter of the month. */
  public void count(Transaction in, String user, Month month, int calls) {
    in.update(
        Update.builder()
            .key(key(user).attributes())
            .updateExpression("ADD #calls :calls")
            .conditionExpression("attribute_exists(pk)")
            .expressionAttributeNames(Map.of("#calls", month.counter()))
            .expressionAttributeValues(Map.of(":calls", Item.number(calls)))
            .build(),
        () -> new IllegalStateException("the user " + user + " is gone"));
  }

  private static User user(String name, Item item) {
    return new User(
        name,
        Privileges.ofAcls(item.getSet("acls")),
        item.getFlag("suspended"),
        item.findNumber("quota").map(OptionalLong::of).orElseGet(OptionalLong::empty),
        item.getText("revision"));
  }

  private static Key key(String user) {
    return new Key("U#" + user, "PROFILE");
  }
}
