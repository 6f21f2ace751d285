package dev.latchkey.access;

import dev.latchkey.store.AttributeChanges;
import dev.latchkey.store.Item;
import dev.latchkey.store.Items;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What is left of a revoked credential: its counters, under its key and without anything that would admit a call. {@code
 * REVOKED / time#user#transaction} names those that one change left, until the counters are kept elsewhere.
 */
@Singleton
public class RemainsTable {
  private static final String PARTITION = "REVOKED";
  private static final String DIGESTS = "digests";
  private static final String REVOKED_AT = "revoked_at";
  private static final String GONE_REVISION = "gone_revision";
  static final String GONE_NAME = "gone_name";
  private static final int MOST = 25;

  private final Store store;

  @Inject
  RemainsTable(Store store) {
    this.store = store;
  }

  /** Credentials of {@code user} that one change revoked. */
  public record Due(Key key, String user, List<String> digests) {}

  /**
   * @param credential the whole of it, if it has expired and nobody has revoked it
   * @param name that of the credential which it was; empty of one that an earlier release revoked
   * @param revision that of the credential which it was
   * @param counted by month and function
   */
  public record Remains(
      Optional<Credential> credential,
      String user,
      String digest,
      String name,
      String revision,
      SortedMap<Month, Tally> counted) {
    /** As {@link Credential#id}. */
    public String id() {
      return Credential.id(digest);
    }
  }

  /** Turns a credential into what is left of it, and notes that. */
  static void leave(
      Transaction in,
      Credential credential,
      Instant now,
      String condition,
      Map<String, AttributeValue> values,
      Supplier<? extends RuntimeException> changed) {
    var changes = new AttributeChanges()
        .with(REVOKED_AT, Item.time(now))
        .with(GONE_NAME, Item.text(credential.name()))
        .with(GONE_REVISION, Item.text(credential.revision()));
    CredentialItem.ATTRIBUTES.forEach(name -> changes.with(name, Optional.empty()));
    in.update(changes.update(CredentialItem.key(credential), condition, values), changed);
    var sort = time(now) + "#" + credential.user() + "#" + in.token();
    in.addToSet(new Key(PARTITION, sort), DIGESTS, credential.digest());
  }

  /** The oldest that were revoked until then, of which there may be more. */
  public Uni<Items<Due>> until(Instant time) {
    return store
        .query(new Query(PARTITION, " ", time(time) + Query.END, MOST, false))
        .map(items -> Items.each(items, RemainsTable::due));
  }

  private static Due due(Item item) {
    var key = item.key();
    return new Due(key, key.sk().split("#")[1], item.getFullSet(DIGESTS));
  }

  public Uni<Optional<Remains>> find(String user, String digest) {
    return store
        .get(CredentialItem.key(user, digest))
        .map(found -> found
            .filter(item -> !CredentialItem.isCredential(item))
            .flatMap(item -> item.findText(GONE_REVISION)
                .map(revision -> new Remains(
                    Optional.empty(),
                    user,
                    digest,
                    item.findText(GONE_NAME).orElse(""),
                    revision,
                    CredentialItem.counted(item)))));
  }

  /** A credential that has expired by then. */
  public Uni<Optional<Remains>> findExpired(String user, String digest, Instant then) {
    return store
        .get(CredentialItem.key(user, digest))
        .map(found -> found
            .filter(CredentialItem::isCredential)
            .flatMap(item -> Optional.of(CredentialItem.read(user, item))
                .filter(credential -> credential.expiredAt(then))
                .map(credential -> new Remains(
                    Optional.of(credential),
                    user,
                    digest,
                    credential.name(),
                    credential.revision(),
                    CredentialItem.counted(item)))));
  }

  /** Takes some counters out as they were seen. */
  public void takeOut(
      Transaction in,
      Remains remains,
      Map<Month, Tally> seen,
      Supplier<? extends RuntimeException> changed) {
    CredentialItem.takeOut(in, CredentialItem.key(remains.user(), remains.digest()), seen, changed);
  }

  /** Deletes it, if what it counts is still what was seen. */
  public void delete(Transaction in, Remains seen, Supplier<? extends RuntimeException> changed) {
    var names = new HashMap<String, String>();
    var values = new HashMap<String, AttributeValue>();
    var same = seen.credential().isPresent()
        ? CredentialItem.REVISION + " = :revision"
        : "attribute_not_exists(" + CredentialItem.REVISION + ") AND " + GONE_REVISION
            + " = :revision";
    var condition = same + CredentialItem.same(seen.counted(), names, values);
    values.put(":revision", Item.text(seen.revision()));
    in.delete(CredentialItem.key(seen.user(), seen.digest()), condition, names, values, changed);
  }

  public void drop(Transaction in, Due due) {
    in.delete(due.key());
  }

  private static String time(Instant time) {
    return "%012d".formatted(time.getEpochSecond());
  }
}
