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
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Credentials, read and as parts of transactions. */
@Singleton
public class CredentialTable {
  private static final String SAME_REVISION = "revision = :revision";

  private final Store store;
  private final Clock clock;

  @Inject
  CredentialTable(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  public CredentialTable(Store store) {
    this(store, Clock.systemUTC());
  }

  /** Those of a user that are there; what is left of a revoked one is none. One read for each 100. */
  public Uni<List<Credential>> find(String user, Collection<String> digests) {
    return store.getAll(keys(user, digests)).map(items -> read(user, items));
  }

  /** As {@link #find}, for lists, which decide nothing. */
  public Uni<Items<Used>> findEventually(String user, Collection<String> digests) {
    return store.getAllEventually(keys(user, digests)).map(items -> used(user, items));
  }

  /** All that a user has, for lists, which decide nothing: one read for each megabyte. */
  public Uni<Items<Used>> allEventually(String user) {
    return store
        .query(Query.of("U#" + user, CredentialItem.PREFIX).eventually())
        .map(items -> used(user, items));
  }

  /** The same for what decides. */
  public Uni<Items<Credential>> all(String user) {
    return store
        .query("U#" + user, CredentialItem.PREFIX)
        .map(items -> Items.each(credentials(items), item -> CredentialItem.read(user, item)));
  }

  private static List<Key> keys(String user, Collection<String> digests) {
    return digests.stream().map(digest -> CredentialItem.key(user, digest)).toList();
  }

  private static List<Item> credentials(List<Item> items) {
    return items.stream().filter(CredentialItem::isCredential).toList();
  }

  private static List<Credential> read(String user, List<Item> items) {
    return credentials(items).stream()
        .map(item -> item.as(one -> CredentialItem.read(user, one)))
        .toList();
  }

  private static Items<Used> used(String user, List<Item> items) {
    return Items.each(credentials(items), item -> CredentialItem.used(user, item));
  }

  public Uni<Optional<Used>> find(String user, TokenValue token) {
    return find(user, token.digest());
  }

  /** One, as it is now. */
  public Uni<Optional<Used>> find(String user, String digest) {
    return store
        .get(CredentialItem.key(user, digest))
        .map(found -> found
            .filter(CredentialItem::isCredential)
            .map(item -> item.as(one -> CredentialItem.used(user, one))));
  }

  /**
   * Writes a copy into an item that stands for the credential's name. It is a hint: releases that know no copies change the
   * credential alone. What is decided by it holds only under the condition of its revision.
   */
  public static Item withCopy(Item name, Credential credential) {
    return CredentialItem.write(name, credential);
  }

  /** What {@link #withCopy} wrote; empty for an item of a release that wrote none. */
  public static Optional<Credential> copyIn(Item item, String user, String digest, String name) {
    return Optional.of(item)
        .filter(CredentialItem::isCredential)
        .map(copy -> CredentialItem.read(user, digest, name, copy));
  }

  public void create(
      Transaction in, Credential credential, Supplier<? extends RuntimeException> exists) {
    in.putNew(CredentialItem.write(credential), exists);
    ExpiryTable.note(in, credential);
  }

  /** Turns {@code before} into {@code after}; its counters go on. */
  public void change(
      Transaction in,
      Credential before,
      Credential after,
      Supplier<? extends RuntimeException> changed) {
    in.update(
        CredentialItem.changesTo(after)
            .update(CredentialItem.key(before), SAME_REVISION, revision(before)),
        changed);
    if (!before.scope().expiresAt().equals(after.scope().expiresAt())) {
      ExpiryTable.note(in, after);
    }
  }

  /** Turns {@code before} into one with a lower quota, while no more calls of this month are counted than that. */
  public void give(
      Transaction in,
      Credential before,
      Credential after,
      Instant now,
      Supplier<? extends RuntimeException> changed) {
    var counter = Month.of(now).counter();
    var values = new HashMap<>(revision(before));
    values.put(":quota_left", Item.number(after.scope().quota()).orElseThrow());
    var condition = "%s AND (attribute_not_exists(%s) OR %s <= :quota_left)"
        .formatted(SAME_REVISION, counter, counter);
    in.update(
        CredentialItem.changesTo(after).update(CredentialItem.key(before), condition, values),
        changed);
  }

  /**
   * A token takes the place of {@code before}.
   *
   * @param old what {@code before} lives on as; empty if it is revoked
   */
  public void handOver(
      Transaction in,
      Credential before,
      Optional<Credential> old,
      Credential successor,
      Handover counts,
      Supplier<? extends RuntimeException> changed) {
    var values = new HashMap<>(revision(before));
    counts.most().ifPresent(most -> values.put(":most", Item.number(most)));
    var counter = counts.month().counter();
    var condition = counts.most().isPresent()
        ? "%1$s AND (attribute_not_exists(%2$s) OR %2$s <= :most)".formatted(SAME_REVISION, counter)
        : SAME_REVISION;
    old.ifPresentOrElse(
        after -> {
          var changes = CredentialItem.changesTo(after);
          counts.old().forEach((month, by) -> changes.adding(month.counter(), by));
          in.update(changes.update(CredentialItem.key(before), condition, values), changed);
          ExpiryTable.note(in, after);
        },
        () -> RemainsTable.leave(in, before, clock.instant(), condition, values, changed));
    var item = CredentialItem.write(successor);
    for (var begun : counts.successor().entrySet()) {
      item = item.with(begun.getKey().counter(), begun.getValue());
    }
    in.putNew(item, changed);
    ExpiryTable.note(in, successor);
  }

  /** It admits nobody from then on; what it has counted stays until it is kept elsewhere. */
  public void delete(
      Transaction in, Credential credential, Supplier<? extends RuntimeException> changed) {
    RemainsTable.leave(
        in, credential, clock.instant(), SAME_REVISION, revision(credential), changed);
  }

  /** As {@link #delete}, while no call was admitted by it. */
  public void deleteUnused(
      Transaction in, Credential credential, Supplier<? extends RuntimeException> changed) {
    var unused = SAME_REVISION + " AND attribute_not_exists(" + CredentialItem.LAST_USED + ")";
    RemainsTable.leave(in, credential, clock.instant(), unused, revision(credential), changed);
  }

  /** Takes counters out as they were seen; what is counted meanwhile stays. */
  public void takeOut(
      Transaction in,
      Credential credential,
      Map<Month, Tally> seen,
      Supplier<? extends RuntimeException> changed) {
    CredentialItem.takeOut(in, CredentialItem.key(credential), seen, changed);
  }

  /** The credential is still the one that was seen; what the transaction writes has a condition that says so already. */
  public void checkUnchanged(
      Transaction in, Credential credential, Supplier<? extends RuntimeException> changed) {
    if (!in.has(CredentialItem.key(credential))) {
      in.check(CredentialItem.key(credential), SAME_REVISION, revision(credential), changed);
    }
  }

  private static Map<String, AttributeValue> revision(Credential credential) {
    return Map.of(":revision", Item.text(credential.revision()));
  }
}
