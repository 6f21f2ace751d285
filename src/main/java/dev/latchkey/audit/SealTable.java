package dev.latchkey.audit;

import dev.latchkey.audit.Heads.Head;
import dev.latchkey.audit.Seal.Covered;
import dev.latchkey.signing.VerifyingKey;
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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How seals lie in the table: {@code SEAL#user / number}, which no role may change or delete. Until it is sealed, each entry
 * has a mark, {@code UNSEALED / user#place}, written in its own transaction: times are of many clocks, and so a mark alone
 * says what is not sealed yet.
 */
@Singleton
public class SealTable {
  private static final String UNSEALED = "UNSEALED";
  private static final String UNSIGNED = "UNSIGNED";
  private static final String SIGNED = "S#";

  /** The keys that signed lie beside the chains, in the partition of nobody: no user has an empty name. */
  private static final String NOBODY = "";

  private static final String KEY = "KEY#";
  private static final String LINE = "line_text";
  private static final String PUBLIC_KEY = "public_key";
  private static final String FIRST = "0";

  /** After this, a mark whose entry is not there is one of an entry that was deleted. */
  private static final Duration IN_FLIGHT = Duration.ofHours(1);

  private static final String LAST = "9~";
  private static final Pattern PLACE = Pattern.compile("[0-9]{12}");

  private final Store store;

  @Inject
  public SealTable(Store store) {
    this.store = store;
  }

  /** An entry that is not sealed yet. */
  public record Mark(String user, String place) {
    private Key key() {
      return new Key(UNSEALED, user + "#" + place);
    }

    /** A place after all of this user's. */
    public Mark last() {
      return new Mark(user, LAST);
    }

    /** Whether there may be an entry at this place. */
    public boolean isOfEntry() {
      return AuditTable.PLACE.matcher(place).matches();
    }

    /** Without a place where it is not one of ours. */
    private static Mark read(Item item) {
      var both = item.key().sk().split("#", 2);
      return new Mark(both[0], both.length == 1 ? "" : both[1]);
    }
  }

  static void mark(Transaction in, String user, String place) {
    in.put(Item.at(new Mark(user, place).key()));
  }

  /** Some that are not sealed yet, those of one user together and in the order of their places. */
  public Uni<List<Mark>> unsealed(Optional<Mark> after, int most) {
    var first = after.map(mark -> mark.key().sk() + " ").orElse(" ");
    return store
        .query(new Query(UNSEALED, first, Query.END, most, false))
        .map(items -> items.stream().map(Mark::read).toList());
  }

  /** How many of a user are not sealed yet, {@code most} at most. */
  public Uni<Integer> countUnsealed(String user, int most) {
    return store.query(Query.of(UNSEALED, user + "#").limit(most)).map(List::size);
  }

  /** Of these places those that are not sealed yet. */
  public Uni<Set<String>> unsealed(String user, Collection<String> places) {
    return store
        .getAll(places.stream().map(place -> new Mark(user, place).key()).toList())
        .map(items ->
            items.stream().map(item -> Mark.read(item).place()).collect(Collectors.toSet()));
  }

  /**
   * The newest seal of a user; empty where there is none. It fails with {@link IllegalArgumentException} where that cannot be
   * read.
   */
  public Uni<Optional<Seal>> newest(String user) {
    return store
        .query(Query.newestFirst(partition(user), FIRST, LAST, 1))
        .map(items -> items.stream().findFirst().map(item -> SealLine.read(line(item))));
  }

  /** Seals from a number on, in the order of their numbers. */
  public Uni<List<StoredSeal>> from(String user, long number, int most) {
    return store
        .query(new Query(partition(user), place(number), LAST, most, false))
        .map(items -> items.stream()
            .map(item -> new StoredSeal(number(item.getText("sk")), line(item)))
            .toList());
  }

  /** The entries at these places, by place. */
  public Uni<Map<String, EntryLine>> entries(String user, Collection<String> places) {
    return store
        .getAll(places.stream()
            .map(place -> new Key(AuditItem.PARTITION + user, place))
            .toList())
        .map(SealTable::byPlace);
  }

  /** The entries after one place and up to another. */
  public Uni<Map<String, EntryLine>> entriesBetween(
      String user, String after, String upTo, int most) {
    return store
        .query(new Query(AuditItem.PARTITION + user, after + " ", upTo, most, false))
        .map(SealTable::byPlace);
  }

  private static Map<String, EntryLine> byPlace(List<Item> items) {
    return items.stream()
        .map(AuditItem::line)
        .collect(Collectors.toMap(EntryLine::place, Function.identity()));
  }

  /**
   * The seal of these marks, which are of one user and at most {@link Seal#MOST}. A mark without its entry waits for an
   * hour: while a transaction is being committed, one of its items can be read before the other, and a seal would say for
   * good that the entry was deleted.
   *
   * @return empty where all of them wait
   */
  public Uni<Optional<Seal>> next(Optional<Seal> before, List<Mark> marks, Instant now) {
    var user = marks.get(0).user();
    var late = AuditTable.time(now.minus(IN_FLIGHT));
    return entries(user, marks.stream().map(Mark::place).toList()).map(entries -> {
      var covered = marks.stream()
          .filter(mark -> entries.containsKey(mark.place()) || mark.place().compareTo(late) < 0)
          .map(mark -> new Covered(
              mark.place(),
              Optional.ofNullable(entries.get(mark.place()))
                  .map(EntryLine::hash)
                  .orElse(Covered.GONE)))
          .toList();
      return covered.isEmpty()
          ? Optional.empty()
          : Optional.of(SealLine.after(before, user, now, store.tableName(), covered));
    });
  }

  /** Writes it and takes the marks away: of several at once one does it, and the others do nothing. */
  public void add(Transaction in, Seal seal, Supplier<? extends RuntimeException> otherwise) {
    in.putNew(
        Item.at(new Key(partition(seal.user()), place(seal.number()))).with(LINE, seal.text()),
        otherwise);
    in.put(Item.at(new Key(UNSIGNED, seal.user()))
        .with("number", seal.number())
        .with("hash", seal.hash()));
    StreamTable.mark(in, seal);
    seal.covered()
        .forEach(entry -> in.delete(
            new Mark(seal.user(), entry.place()).key(),
            "attribute_exists(pk)",
            Map.of(),
            otherwise));
  }

  /** Some users whose newest seal is not signed yet. */
  public Uni<Items<Head>> unsigned(int most) {
    return store
        .query(new Query(UNSIGNED, " ", Query.END, most, false))
        .map(items -> Items.each(
            items,
            item -> new Head(item.key().sk(), item.getNumber("number"), item.getText("hash"))));
  }

  /** Keeps the signature of a seal, if it is still the newest one. */
  public void addSigned(
      Transaction in, Head head, String line, Supplier<? extends RuntimeException> otherwise) {
    in.putNew(
        Item.at(new Key(partition(head.user()), SIGNED + place(head.number()))).with(LINE, line),
        otherwise);
    in.delete(
        new Key(UNSIGNED, head.user()),
        "#hash = :hash",
        Map.of("#hash", "hash"),
        Map.of(":hash", Item.text(head.hash())),
        otherwise);
  }

  /** The signatures of a stretch of seals, by number and in its order. */
  Uni<SortedMap<Long, String>> signatures(String user, long first, long last) {
    return store
        .query(Query.between(partition(user), SIGNED + place(first), SIGNED + place(last)))
        .map(items -> items.stream()
            .collect(Collectors.toMap(
                item -> number(item.getText("sk").substring(SIGNED.length())),
                SealTable::line,
                (one, other) -> one,
                TreeMap::new)));
  }

  /** Keeps a key that signs, for whoever verifies; {@code otherwise} when it is there. */
  public void addKey(
      Transaction in, VerifyingKey key, Supplier<? extends RuntimeException> otherwise) {
    in.putNew(
        Item.at(new Key(partition(NOBODY), KEY + key.id())).with(PUBLIC_KEY, key.text()),
        otherwise);
  }

  /** The key of this name; empty where it was not kept, or what lies there is not a key. */
  public Uni<Optional<VerifyingKey>> key(String id) {
    return store
        .query(Query.between(partition(NOBODY), KEY + id, KEY + id))
        .map(items -> items.stream()
            .findFirst()
            .flatMap(item -> VerifyingKey.read(id, text(item, PUBLIC_KEY))));
  }

  /** Whatever somebody made of it: it is looked at by whoever reads it as a seal or a signature. */
  private static String line(Item item) {
    return text(item, LINE);
  }

  private static String text(Item item, String name) {
    return item.find(name).map(AttributeValue::s).orElse("");
  }

  /** 0, which no seal has, for what is not one of our places. */
  private static long number(String place) {
    return PLACE.matcher(place).matches() ? Long.parseLong(place) : 0;
  }

  private static String partition(String user) {
    return "SEAL#" + user;
  }

  private static String place(long number) {
    return "%012d".formatted(number);
  }
}
