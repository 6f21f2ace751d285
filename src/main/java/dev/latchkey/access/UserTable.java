package dev.latchkey.access;

import dev.latchkey.store.Item;
import dev.latchkey.store.Items;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How users lie in the table: {@code U#user / PROFILE}, {@code RESELLERS / user} for their list, and {@code RESELLERS#GONE /
 * user} for those that were removed, as long as calls of theirs are billed or reported.
 */
@Singleton
public class UserTable {
  private static final String RESELLERS = "RESELLERS";

  private static final String GONE = "RESELLERS#GONE";
  private static final String TTL = "ttl";

  /** From the end of the month of its removal on: single tokens of it are told for a year. */
  private static final Duration GONE_IS_KEPT = Duration.ofDays(400);

  private static final String SAME_REVISION = ProfileItem.REVISION + " = :revision";

  private static final String ENDING = "attribute_exists(%s)".formatted(ProfileItem.ENDING);

  /** When the user was removed, of one whose name may be used again. */
  private static final String REMOVED = "removed_at";

  private static final String NAME_IS_FREE = "attribute_not_exists(%s) AND attribute_not_exists(%s)"
      .formatted(ProfileItem.REVISION, ProfileItem.TERMINATED);

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
            .filter(ProfileItem::isUser)
            .map(item -> new Seen(ProfileItem.user(name, item), item)));
  }

  /**
   * What is known of a name.
   *
   * @param profile empty where there is no such user
   * @param isSpent whether there was one that was terminated, so that there will be none again
   */
  public record Known(Optional<Profile> profile, boolean isSpent) {}

  public Uni<Known> known(String name) {
    return store
        .get(key(name))
        .map(found -> new Known(
            found.filter(ProfileItem::isUser).map(item -> ProfileItem.read(name, item)),
            found.filter(item -> item.find(ProfileItem.TERMINATED).isPresent()).isPresent()));
  }

  /** Whether there is or was one of that name: what calls it made is kept beside it. */
  public Uni<Boolean> wasEver(String name) {
    return store.get(key(name)).map(Optional::isPresent);
  }

  public void create(Transaction in, User user, Supplier<? extends RuntimeException> exists) {
    in.putNew(
        Item.at(key(user.name()))
            .with("acls", Item.set(user.privileges().acls()))
            .with("suspended", AttributeValue.fromBool(user.suspended()))
            .with("quota", Item.number(user.quota()))
            .with(ProfileItem.REVISION, user.revision()),
        exists);
    if (user.quota().isPresent()) {
      QuotaTable.note(in, user);
    }
  }

  /** The names of all resellers, in their order. */
  public Uni<List<String>> resellers() {
    return store
        .query(Query.between(RESELLERS, " ", Query.END))
        .map(items -> items.stream().map(item -> item.key().sk()).toList());
  }

  /**
   * The names of those that were removed in that month or later, in their order: they may have calls of it. So may one of whom
   * it cannot be read when it was.
   */
  public Uni<List<String>> goneSince(Month month) {
    return store.query(Query.between(GONE, " ", Query.END)).map(items -> {
      var removed = Items.each(
          items,
          item -> Map.entry(item.key().sk(), Instant.ofEpochSecond(item.getNumber(REMOVED))));
      return Stream.concat(
              removed.read().stream()
                  .filter(user -> !user.getValue().isBefore(month.begin()))
                  .map(Map.Entry::getKey),
              removed.damaged().stream().map(item -> item.key().sk()))
          .sorted()
          .toList();
    });
  }

  /** Makes a user of a name that is none now; what calls were counted under it stays. */
  public void setUp(Transaction in, Profile profile, Supplier<? extends RuntimeException> taken) {
    in.update(
        ProfileItem.changesTo(profile)
            .with(REMOVED, Optional.empty())
            .update(key(profile.user().name()), NAME_IS_FREE, Map.of()),
        taken);
    in.put(Item.at(listed(profile)));
    if (profile.user().quota().isPresent()) {
      QuotaTable.note(in, profile.user());
    }
  }

  /** Turns {@code before} into {@code after}, for the next call of each of its credentials. */
  public void change(
      Transaction in, Profile before, Profile after, Supplier<? extends RuntimeException> changed) {
    in.update(
        ProfileItem.changesTo(after)
            .update(key(before.user().name()), SAME_REVISION, revision(before.user())),
        changed);
    if (!before.user().quota().equals(after.user().quota())) {
      QuotaTable.note(in, after.user());
    }
  }

  /**
   * Makes a user one no more.
   *
   * @param forGood whether nobody may have the name again
   */
  public void remove(
      Transaction in,
      Profile before,
      boolean forGood,
      Instant now,
      Supplier<? extends RuntimeException> changed) {
    in.update(
        ProfileItem.gone(forGood ? ProfileItem.TERMINATED : REMOVED, now)
            .update(key(before.user().name()), SAME_REVISION, revision(before.user())),
        changed);
    in.delete(listed(before));
    in.put(Item.at(new Key(GONE, before.user().name()))
        .with(REMOVED, Item.time(now))
        .with(TTL, Item.time(Month.of(now).end().plus(GONE_IS_KEPT))));
    QuotaTable.forget(in, before.user());
  }

  /** The user is still the one that was seen. */
  public void checkUnchanged(
      Transaction in, User user, Supplier<? extends RuntimeException> changed) {
    in.check(key(user.name()), SAME_REVISION, revision(user), changed);
  }

  /** The user is being removed, whoever began that; work that changes nothing has not begun it. */
  public void checkEnding(Transaction in, String user, Supplier<? extends RuntimeException> over) {
    in.unjudged(one -> one.check(key(user), ENDING, Map.of(), over));
  }

  private static Map<String, AttributeValue> revision(User user) {
    return Map.of(":revision", Item.text(user.revision()));
  }

  private static Key listed(Profile profile) {
    return new Key(RESELLERS, profile.user().name());
  }

  private static Key key(String user) {
    return ProfileItem.key(user);
  }
}
