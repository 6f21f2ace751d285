package dev.latchkey.server;

import static java.util.stream.Collectors.joining;

import dev.latchkey.access.User;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.ssh.KeyOptions;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.ReadOnly;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import dev.latchkey.store.UnknownOutcome;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Serial;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Keys that were authorized by hand: {@code S#server / AK#fingerprint}. {@code S#server / AK} has the fingerprints of all of
 * them, so that there are at most {@link #MOST} on a server.
 */
@Singleton
public class AuthorizedKeyTable {
  /** On one server. */
  public static final int MOST = 100;

  private static final String ALL = "AK";
  private static final String PREFIX = ALL + "#";
  private static final String FINGERPRINT = "fingerprint";
  private static final String EXPIRES_AT = "expires_at";
  private static final String FINGERPRINTS = "fingerprints";

  /** The machine that has it, which is not that of the next server of its name; an earlier release did not write it. */
  private static final String NODE = "node";

  /** Whose the server was. */
  private static final String OWNER = "owner_name";

  private static final String ANOTHER = "another user";

  /** Set once the keys of a release that did not count are among the fingerprints. */
  private static final String COUNTED = "counted";

  private static final String ROOM =
      "attribute_exists(counted) AND (attribute_not_exists(fingerprints)"
          + " OR size(fingerprints) < :most OR contains(fingerprints, :key))";

  /** Of a transaction, beside what it writes otherwise. */
  private static final int MOST_DELETED = 90;

  private final Store store;
  private final Change change;

  @Inject
  AuthorizedKeyTable(Store store, Change change) {
    this.store = store;
    this.change = change;
  }

  /** The keys that were authorized on a server; what was authorized on another machine of its name is not among them. */
  public Uni<List<AuthorizedKey>> on(Server server) {
    return items(server.name())
        .map(items -> items.stream()
            .filter(item -> !isOfAnotherNode(item, server))
            .map(item -> item.as(one -> read(server, one)))
            .toList());
  }

  private Uni<List<Item>> items(ServerName server) {
    return store.query("S#" + server, PREFIX);
  }

  private static boolean isOfAnotherNode(Item item, Server now) {
    return item.findText(NODE).filter(node -> !node.equals(now.node().value())).isPresent();
  }

  /**
   * Runs an attempt that includes {@link #checkRoom}. If the server is full, removes the records of keys that have expired
   * or that are of another machine, and runs it again. The first attempt on a server counts the records that an earlier release made.
   *
   * @param attempt may run twice
   * @throws WhmFailure when there are as many as there may be
   */
  public <T> Uni<T> withRoom(Server server, Instant now, Supplier<Uni<T>> attempt) {
    return ReadOnly.choose(
        () -> makeRoom(server, now).chain(attempt::get),
        () -> Uni.createFrom()
            .deferred(attempt::get)
            .onFailure(Full.class)
            .recoverWithUni(() -> makeRoom(server, now)
                .chain(attempt::get)
                .onFailure(Full.class)
                .transform(full -> new Changed())));
  }

  /** There is room for a key, or it has its record already. */
  public void checkRoom(Transaction in, ServerName server, Optional<String> fingerprint) {
    in.unjudged(room -> room.check(all(server), ROOM, room(fingerprint.orElse("none")), Full::new));
  }

  /** @param full the exception for a server that is full by now */
  public void remember(
      Transaction in, Server on, AuthorizedKey key, Supplier<? extends RuntimeException> full) {
    in.put(Item.at(key(key.server(), key.fingerprint()))
        .with(FINGERPRINT, key.fingerprint())
        .with("authorized_at", Item.time(key.at()))
        .with(EXPIRES_AT, key.expiresAt().map(Item::time))
        .with("authorized_by", key.by())
        .with(NODE, on.node().value())
        .with(OWNER, on.owner()));
    var values = new HashMap<>(room(key.fingerprint()));
    values.put(":new", set(List.of(key.fingerprint())));
    in.update(
        Update.builder()
            .key(all(key.server()).attributes())
            .updateExpression("ADD fingerprints :new")
            .conditionExpression(ROOM)
            .expressionAttributeValues(values)
            .build(),
        full);
  }

  /** @param gone at least one, and few enough for a transaction */
  public void forget(Transaction in, ServerName server, List<String> gone) {
    gone.forEach(fingerprint -> in.delete(key(server, fingerprint)));
    in.update(
        Update.builder()
            .key(all(server).attributes())
            .updateExpression("DELETE fingerprints :gone")
            .expressionAttributeValues(Map.of(":gone", set(gone)))
            .build(),
        () -> new IllegalStateException("a step without a condition failed"));
  }

  private Uni<Void> makeRoom(Server on, Instant now) {
    var server = on.name();
    return store
        .get(all(server))
        .chain(seen -> items(server).chain(items -> {
          var gone = items.stream()
              .filter(item -> isOfAnotherNode(item, on) || isSurelyOver(item, now))
              .limit(MOST_DELETED)
              .toList();
          var kept = items.stream()
              .filter(item -> !gone.contains(item))
              .map(item -> item.getText(FINGERPRINT))
              .toList();
          if (kept.size() >= MOST) {
            throw WhmFailure.refused(
                "%s has records of %d authorized keys, and %d are the most; authorize=0 takes some out."
                    .formatted(server, kept.size(), MOST));
          }
          // Whether it was written is seen by the next try.
          return change
              .note(in -> {
                keep(in, server, seen, kept);
                gone.forEach(item -> forgetAsSeen(in, server, item));
              })
              .onFailure(UnknownOutcome.class)
              .transform(lost -> new Changed());
        }));
  }

  /** An earlier release recorded the local time of a server as UTC: its key may let somebody in for so much longer. */
  private static boolean isSurelyOver(Item item, Instant now) {
    return end(item)
        .filter(end -> !end.plus(KeyOptions.WIDEST_ZONE).isAfter(now))
        .isPresent();
  }

  /** One that was authorized again meanwhile stays. */
  private static void forgetAsSeen(Transaction in, ServerName server, Item item) {
    var values = new HashMap<String, AttributeValue>();
    var same = Stream.of("authorized_at", EXPIRES_AT, NODE)
        .map(name -> item.find(name)
            .map(value -> {
              values.put(":" + name, value);
              return name + " = :" + name;
            })
            .orElse("attribute_not_exists(" + name + ")"))
        .collect(joining(" AND "));
    in.delete(key(server, item.getText(FINGERPRINT)), same, values, Changed::new);
  }

  private static Optional<Instant> end(Item item) {
    return item.findNumber(EXPIRES_AT).map(Instant::ofEpochSecond);
  }

  private static void keep(
      Transaction in, ServerName server, Optional<Item> seen, List<String> kept) {
    var before = seen.flatMap(item -> item.find(FINGERPRINTS));
    var same = before.isPresent() ? "fingerprints = :seen" : "attribute_not_exists(fingerprints)";
    var values = new HashMap<String, AttributeValue>();
    before.ifPresent(fingerprints -> values.put(":seen", fingerprints));
    var item = Item.at(all(server))
        .with(COUNTED, AttributeValue.fromBool(true))
        .with(FINGERPRINTS, Item.set(kept));
    in.replace(item, same, values, Changed::new);
  }

  private static Map<String, AttributeValue> room(String fingerprint) {
    return Map.of(":most", Item.number(MOST), ":key", Item.text(fingerprint));
  }

  private static AttributeValue set(List<String> values) {
    return Item.set(values).orElseThrow();
  }

  private static AuthorizedKey read(Server server, Item item) {
    return new AuthorizedKey(
        server.name(),
        item.getText(FINGERPRINT),
        Instant.ofEpochSecond(item.getNumber("authorized_at")),
        end(item),
        by(server, item));
  }

  /** Who had a server before is not its new owner's to know. */
  private static String by(Server server, Item item) {
    var by = item.getText("authorized_by");
    var wasAnothers = item.find(OWNER).filter(owner -> !owner.s().equals(server.owner()));
    return wasAnothers.isEmpty() || by.equals(server.owner()) || by.equals(User.ROOT)
        ? by
        : ANOTHER;
  }

  private static Key key(ServerName server, String fingerprint) {
    return new Key("S#" + server, PREFIX + fingerprint);
  }

  private static Key all(ServerName server) {
    return new Key("S#" + server, ALL);
  }

  private static final class Full extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    Full() {
      super(
          "it has as many records of keys as it may have, or they are not counted yet",
          null,
          false,
          false);
    }
  }
}
