package dev.latchkey.server;

import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.server.Findings.Unread;
import dev.latchkey.server.KnownFinding.Acknowledgement;
import dev.latchkey.store.EachAlone;
import dev.latchkey.store.Item;
import dev.latchkey.store.Items;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What servers stated to have that lets somebody in, as the last look at each found it. A look writes what has changed since
 * the one before, and lists read pages: neither grows with the fleet. {@code F#OTHERS / owner#server} says when that look was.
 */
@Singleton
public class FindingTable {
  /** Rows of a page: with two more items for the server of each it is one more request. */
  public static final int MOST = 50;

  /** Of a change; each has up to three items. */
  public static final int MOST_CHANGED = 30;

  private static final int MOST_OF_A_SERVER = 2_100;
  private static final String LEFT = "F#LEFT";
  private static final int MOST_LEFT = 10;
  private static final int RETRIES = 5;
  private static final Logger LOG = Logger.getLogger("dev.latchkey.table");

  private final Store store;
  private final Change change;
  private final AccessEvents events;

  @Inject
  FindingTable(Store store, Change change, AccessEvents events) {
    this.store = store;
    this.change = change;
    this.events = events;
  }

  /**
   * When a server was looked at.
   *
   * @param at when the last look reached its end
   * @param unread what could not be read, so that nothing is known of it, a sentence each
   */
  public record Looked(Instant at, List<String> unread) {}

  /** @param looked empty if no look at its server has reached the end yet */
  public record Listed(KnownFinding known, Optional<Looked> looked) {}

  /** @param next where the following ones begin; empty after the last */
  public record Page(List<Listed> items, Optional<String> next) {}

  /**
   * Which are listed: all keys, one key, or what is drift.
   *
   * @param partition of the table
   */
  public record Which(String partition) {
    public static final Which KEYS = new Which(FindingItem.KEYS);
    public static final Which DRIFT = new Which(FindingItem.DRIFT);

    public static Which key(String fingerprint) {
      return new Which(FindingItem.ofKey(fingerprint));
    }
  }

  /** What the keys of these items begin with; empty for those of all servers. */
  public static String of(Optional<String> owner, Optional<Server> server) {
    return server
        .map(one -> FindingItem.prefix(one.owner(), one.name()))
        .orElseGet(() -> owner.map(name -> name + "#").orElse(""));
  }

  /**
   * Two requests. What is left of a server that was removed, or that has another owner, is not listed.
   *
   * @param prefix as {@link #of} has it
   * @param cursor {@code next} of the page before, which begins with {@code prefix}; empty for the first
   */
  public Uni<Page> page(Which which, String prefix, Optional<String> cursor) {
    var first = cursor.map(last -> last + " ").orElse(prefix.isEmpty() ? " " : prefix);
    return store
        .query(new Query(which.partition(), first, prefix + Query.END, MOST, false).eventually())
        .chain(items -> {
          var next = Optional.of(items)
              .filter(all -> all.size() == MOST)
              .map(all -> all.get(MOST - 1).getText("sk"));
          var known = Items.each(items, FindingItem::read).read();
          return servers(known)
              .map(found -> new Page(
                  known.stream()
                      .filter(one -> found.containsKey(listed(one)))
                      .map(one -> new Listed(one, looked(found, one)))
                      .toList(),
                  next));
        });
  }

  private Uni<Map<Key, Item>> servers(List<KnownFinding> all) {
    var keys = all.stream()
        .flatMap(one -> Stream.of(listed(one), look(one.owner(), one.server())))
        .distinct()
        .toList();
    return store
        .getAllEventually(keys)
        .map(items -> items.stream().collect(Collectors.toMap(item -> item.key(), item -> item)));
  }

  private static Key listed(KnownFinding of) {
    return new Key(ListedServerItem.LIST, of.owner() + "#" + of.server());
  }

  private static Key look(String owner, ServerName server) {
    return new Key(FindingItem.OTHERS, owner + "#" + server);
  }

  private static Optional<Looked> looked(Map<Key, Item> found, KnownFinding of) {
    return Optional.ofNullable(found.get(look(of.owner(), of.server())))
        .map(item -> new Looked(
            Instant.ofEpochSecond(item.getNumber("looked_at")), item.getTexts("unread")));
  }

  /** Records a page of what a server stated, and what it lacks of what was given. */
  public Uni<Void> record(
      ServerState of, Findings page, Observation stated, List<AuthorizedKey> given, Instant now) {
    return Uni.createFrom()
        .deferred(() -> stored(of, page)
            .chain(known -> keys(of, page)
                .chain(keys -> write(FindingChange.between(
                    known, new Given(of, given).of(page, stated, keys, now), page)))))
        .onFailure(Changed.class)
        .retry()
        .atMost(RETRIES)
        .chain(() -> page.next().isPresent()
            ? Uni.createFrom().voidItem()
            : change.note(in -> in.put(header(of, page, now))));
  }

  private static Item header(ServerState of, Findings page, Instant now) {
    var more = page.more() > 0
        ? Stream.of("it has " + page.more() + " more than are listed")
        : Stream.<String>of();
    var unread = Stream.concat(page.unread().stream().map(Unread::why), more)
        .map(Item::text)
        .toList();
    return Item.at(look(of.server().owner(), of.server().name()))
        .with("looked_at", Item.time(now))
        .with("unread", AttributeValue.fromL(unread));
  }

  /** What is known of the stretch that the page is about. */
  private Uni<List<KnownFinding>> stored(ServerState of, Findings page) {
    var prefix = prefix(of);
    var first = prefix + page.after() + " ";
    var last = prefix + page.next().orElse(Query.END);
    return Multi.createFrom()
        .items(FindingItem.KEYS, FindingItem.OTHERS)
        .onItem()
        .transformToUniAndConcatenate(
            partition -> store.query(Query.between(partition, first, last)))
        .collect()
        .asList()
        .map(both -> both.stream().flatMap(List::stream).map(FindingItem::read).toList());
  }

  /** The server's keys once its last page is there; those of earlier pages are in the table. */
  private Uni<List<Finding>> keys(ServerState of, Findings page) {
    return page.next().isPresent() || page.after().isEmpty()
        ? Uni.createFrom().item(page.items())
        : store
            .query(Query.of(FindingItem.KEYS, prefix(of)).limit(MOST_OF_A_SERVER))
            .map(items -> Stream.concat(
                    items.stream().map(item -> FindingItem.read(item).finding()),
                    page.items().stream())
                .toList());
  }

  private static String prefix(ServerState of) {
    return FindingItem.prefix(of.server().owner(), of.server().name());
  }

  private Uni<Void> write(List<FindingChange> all) {
    return inParts(all, part -> change.note(in -> part.forEach(one -> write(in, one))));
  }

  /** Only while it is what was known: what somebody acknowledged meanwhile stays so. */
  private void write(Transaction in, FindingChange of) {
    events.drift(in, of);
    of.after()
        .ifPresentOrElse(
            one -> {
              var item = FindingItem.write(FindingItem.key(one), one);
              of.before()
                  .ifPresentOrElse(
                      old -> in.replace(item, condition(old), values(old), Changed::new),
                      () -> in.putNew(item, Changed::new));
            },
            () -> {
              var old = of.before().orElseThrow();
              in.delete(FindingItem.key(old), condition(old), values(old), Changed::new);
            });
    FindingItem.copies(of.after().or(of::before).orElseThrow()).forEach(copy -> {
      var kept = of.after().filter(one -> !copy.equals(FindingItem.drift(one)) || one.isDrift());
      kept.ifPresentOrElse(one -> in.put(FindingItem.write(copy, one)), () -> in.delete(copy));
    });
  }

  private static String condition(KnownFinding seen) {
    return "first_seen = :first AND "
        + (seen.acknowledged().isPresent()
            ? "acknowledged_at = :acknowledged"
            : "attribute_not_exists(acknowledged_at)");
  }

  private static Map<String, AttributeValue> values(KnownFinding seen) {
    var first = Item.time(seen.firstSeen());
    return seen.acknowledged()
        .map(one -> Map.of(":first", first, ":acknowledged", Item.time(one.at())))
        .orElseGet(() -> Map.of(":first", first));
  }

  private static <T> Uni<Void> inParts(List<T> all, Function<List<T>, Uni<Void>> work) {
    var parts = IntStream.iterate(0, from -> from < all.size(), from -> from + MOST_CHANGED)
        .mapToObj(from -> all.subList(from, Math.min(all.size(), from + MOST_CHANGED)))
        .toList();
    return Multi.createFrom()
        .iterable(parts)
        .onItem()
        .transformToUniAndConcatenate(part -> work.apply(part).replaceWith(true))
        .collect()
        .asList()
        .replaceWithVoid();
  }

  /**
   * What is drift on a server.
   *
   * @param id what its ids begin with; empty for all of it
   * @param after the last one that is not asked for; empty for the first
   */
  public Uni<List<KnownFinding>> drift(
      ServerState of, String id, Optional<KnownFinding> after, int most) {
    var prefix = prefix(of) + id;
    var first = after.map(last -> prefix(of) + last.finding().id() + " ").orElse(prefix);
    return store
        .query(Query.between(FindingItem.DRIFT, first, prefix + Query.END).limit(most))
        .map(items -> items.stream().map(FindingItem::read).toList());
  }

  /**
   * What was acknowledged on a server at that time, and is still there as it was.
   *
   * @param which of it
   */
  public Uni<List<KnownFinding>> acknowledged(
      ServerState of, Instant at, Predicate<KnownFinding> which, int most) {
    return Unis.all(
            List.of(FindingItem.KEYS, FindingItem.OTHERS),
            place -> store.query(Query.between(place, prefix(of), prefix(of) + Query.END)))
        .map(all -> all.stream()
            .flatMap(List::stream)
            .map(FindingItem::read)
            .filter(found -> found
                .acknowledged()
                .filter(why -> why.at().equals(at.truncatedTo(ChronoUnit.SECONDS)))
                .isPresent())
            .filter(which)
            .sorted(Comparator.comparing(found -> found.finding().id()))
            .limit(most)
            .toList());
  }

  /** Fails with {@link Changed} where it is no longer what was seen. */
  public void acknowledge(Transaction in, KnownFinding seen, Acknowledgement why) {
    write(in, new FindingChange(Optional.of(seen), Optional.of(seen.acknowledgedAs(why))));
  }

  /** Has all that is known of a server forgotten, which was removed or has another owner by now. */
  static void forget(Transaction in, Server server) {
    in.put(Item.at(new Key(LEFT, server.owner() + "#" + server.name()))
        .with("server_name", server.name().value())
        .with("owner_name", server.owner()));
  }

  /** Forgets a bounded piece of what is to be forgotten. */
  public Uni<Void> tidy() {
    return store
        .query(new Query(LEFT, " ", Query.END, MOST_LEFT, false))
        .chain(items -> EachAlone.orFail(
            items,
            1,
            item -> tidy(item.getText("owner_name"), new ServerName(item.getText("server_name")))
                .replaceWith(true),
            (item, failure) -> LOG.errorf(
                failure, "what was found on %s is not forgotten yet", item.key().sk()),
            "what was found on servers is not forgotten yet"));
  }

  private Uni<Void> tidy(String owner, ServerName server) {
    var prefix = FindingItem.prefix(owner, server);
    var all = new ArrayList<KnownFinding>();
    return Multi.createFrom()
        .items(FindingItem.KEYS, FindingItem.OTHERS)
        .onItem()
        .transformToUniAndConcatenate(partition -> store
            .query(Query.of(partition, prefix).limit(MOST_OF_A_SERVER))
            .invoke(items -> items.forEach(item -> all.add(FindingItem.read(item)))))
        .collect()
        .asList()
        .chain(() -> inParts(
            all,
            part -> change.note(in -> part.forEach(
                one -> write(in, new FindingChange(Optional.of(one), Optional.empty()))))))
        .chain(() -> change.note(in -> {
          in.delete(look(owner, server));
          in.delete(new Key(LEFT, owner + "#" + server));
        }))
        .onFailure(Changed.class)
        .recoverWithNull();
  }
}
