package dev.latchkey.access;

import dev.latchkey.access.Profile.End;
import dev.latchkey.store.AttributeChanges;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How a user lies in the table: {@code U#user / PROFILE}. What is left of one that was removed has no revision; it keeps
 * counters, and whether the name may be used again.
 */
final class ProfileItem {
  /** What has none is not a user: any function may count calls where there is nothing. */
  static final String REVISION = "revision";

  /** When the user was terminated: the name is never used again. */
  static final String TERMINATED = "terminated_at";

  /** There exactly while the user is being removed. */
  static final String ENDING = "ending";

  /** Its value for one whose name is spent by it; of any other it is a flag. */
  private static final String FOR_GOOD = "for good";

  private static final String SUSPENDED = "suspended";
  private static final String SINCE = "suspended_at";
  private static final String REASON = "suspend_reason";
  private static final String LOCKED = "suspend_locked";
  private static final String LIMIT = "account_limit";

  /** What makes it a user; the rest are counters. */
  private static final List<String> ATTRIBUTES =
      List.of("acls", SUSPENDED, SINCE, REASON, LOCKED, LIMIT, "quota", ENDING, REVISION);

  private ProfileItem() {}

  static Key key(String user) {
    return new Key("U#" + user, "PROFILE");
  }

  static boolean isUser(Item item) {
    return item.find(REVISION).isPresent();
  }

  static User user(String name, Item item) {
    return new User(
        name,
        Privileges.ofAcls(item.getSet("acls")),
        item.getFlag(SUSPENDED),
        number(item, "quota"),
        item.getText(REVISION));
  }

  static Profile read(String name, Item item) {
    var user = user(name, item);
    return new Profile(
        user,
        user.suspended() ? Optional.of(suspension(item)) : Optional.empty(),
        number(item, LIMIT),
        end(item));
  }

  private static End end(Item item) {
    return item.find(ENDING)
        .map(as -> FOR_GOOD.equals(as.s()) ? End.TERMINATED : End.REMOVED)
        .orElse(End.NONE);
  }

  private static Optional<AttributeValue> written(End end) {
    return switch (end) {
      case NONE -> Optional.empty();
      case REMOVED -> Optional.of(AttributeValue.fromBool(true));
      case TERMINATED -> Optional.of(Item.text(FOR_GOOD));
    };
  }

  private static Suspension suspension(Item item) {
    return new Suspension(
        item.findNumber(SINCE).map(Instant::ofEpochSecond).orElse(Instant.EPOCH),
        item.findText(REASON).orElse(""),
        item.getFlag(LOCKED));
  }

  private static OptionalLong number(Item item, String name) {
    return item.findNumber(name).map(OptionalLong::of).orElseGet(OptionalLong::empty);
  }

  static AttributeChanges changesTo(Profile after) {
    var user = after.user();
    return new AttributeChanges()
        .with("acls", Item.set(user.privileges().acls()))
        .with(SUSPENDED, AttributeValue.fromBool(user.suspended()))
        .with(SINCE, after.suspension().map(by -> Item.time(by.since())))
        .with(
            REASON,
            after
                .suspension()
                .map(Suspension::reason)
                .filter(reason -> !reason.isEmpty())
                .map(Item::text))
        .with(
            LOCKED,
            after
                .suspension()
                .filter(Suspension::onlyRootEnds)
                .map(locked -> AttributeValue.fromBool(true)))
        .with(LIMIT, Item.number(after.accountLimit()))
        .with("quota", Item.number(user.quota()))
        .with(ENDING, written(after.end()))
        .with(REVISION, Item.text(user.revision()));
  }

  /** Nothing that makes it a user. */
  static AttributeChanges gone(String timeAttribute, Instant now) {
    var changes = new AttributeChanges().with(timeAttribute, Item.time(now));
    ATTRIBUTES.forEach(name -> changes.with(name, Optional.empty()));
    return changes;
  }
}
