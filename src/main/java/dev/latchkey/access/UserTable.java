package dev.latchkey.access;

import dev.latchkey.access.AccessDenied.Cause;
import dev.latchkey.access.AdmissionTable.Request;
import dev.latchkey.access.CountingTable.Condition;
import dev.latchkey.store.ConditionFailed;
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

  /**
   * {@code %1$s} is the counter of the month. The quota itself is not named, as whoever may name it in a condition may set
   * it; it is read from the item as the write left it.
   */
  private static final String ROOM_IN_QUOTA =
      "attribute_exists(pk) AND (attribute_not_exists(%1$s) OR %1$s <= :room)";

  private final Store store;
  private final CountingTable counting;

  @Inject
  public UserTable(Store store) {
    this.store = store;
    this.counting = new CountingTable(store);
  }

  public Uni<Optional<User>> find(String name) {
    return seen(name).map(found -> found.map(Seen::user));
  }

  /** A user as it was read, with its counters. */
  record Seen(User user, Item item) {}

  Uni<Optional<Seen>> seen(String name) {
    return store
        .get(key(name))
        .map(found -> found
            .filter(item -> item.find(REVISION).isPresent())
            .map(item -> new Seen(user(name, item), item)));
  }

  /**
   * Counts the calls on the user, if it has a quota.
   *
   * @return what was counted
   * @throws AccessDenied when its calls of the month are used up
   */
  Uni<Optional<Counted>> count(Seen seen, Request request) {
    var quota = seen.user().quota();
    if (quota.isEmpty()) {
      return Uni.createFrom().item(Optional.empty());
    }
    refuseAsSeen(Optional.of(seen.item()), request);
    var month = request.month();
    var condition = new Condition(
        ROOM_IN_QUOTA.formatted(month.counter()),
        Map.of(":room", Item.number(quota.getAsLong() - request.calls().total())));
    // It is for the quota alone: what was counted before is of no use to anybody.
    var dropped = seen.item().attributes().keySet().stream()
        .filter(name -> Month.ofCounter(name)
            .filter(counted -> counted.compareTo(month) < 0)
            .isPresent())
        .toList();
    var count = new Counted(
        key(seen.user().name()).pk(),
        key(seen.user().name()).sk(),
        request.id(),
        request.now(),
        Map.of(month.counter(), request.calls().total()),
        dropped);
    return counting
        .count(count, condition, read -> refuseAsSeen(read, request))
        .onFailure(ConditionFailed.class)
        .transform(failure -> {
          refuseAsSeen(failure.before(), request);
          return new AccessDenied(Cause.CHANGED);
        })
        .chain(counted -> Uni.createFrom()
            .item(() -> {
              refuse(Optional.of(counted), request, 0);
              return Optional.of(count);
            })
            .onFailure(AccessDenied.class)
            .call(() -> counting.takeBack(count)));
  }

  private static void refuseAsSeen(Optional<Item> seen, Request request) {
    refuse(seen, request, request.calls().total());
  }

  /** @param more calls than the item has counted */
  private static void refuse(Optional<Item> seen, Request request, long more) {
    var item = seen.orElseThrow(() -> new AccessDenied(Cause.UNKNOWN_USER));
    var used = item.findNumber(request.month().counter()).orElse(0L);
    if (item.findNumber("quota").filter(quota -> used + more > quota).isPresent()) {
      throw new AccessDenied(Cause.USER_QUOTA);
    }
  }

  public void create(Transaction in, User user, Supplier<? extends RuntimeException> exists) {
    in.putNew(
        Item.at(key(user.name()))
            .with("acls", Item.set(user.privileges().acls()))
            .with("suspended", AttributeValue.fromBool(user.suspended()))
            .with("quota", Item.number(user.quota()))
            .with(REVISION, user.revision()),
        exists);
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
