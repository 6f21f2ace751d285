package dev.latchkey.event;

import dev.latchkey.settings.Settings;
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
import java.util.List;
import java.util.Optional;

/**
 * What is to be told: {@code EVENTS / time#transaction}, written in the transaction of what it tells, and gone when it was
 * told. {@code EVENTS#TOLD / name} has how far of something that time brings was told. Where nobody listens, nothing is
 * written and nothing is read.
 */
@Singleton
public class EventTable {
  private static final String PARTITION = "EVENTS";
  private static final String TOLD = "EVENTS#TOLD";
  private static final String EVENTS = "told";
  private static final String UNTIL = "told_until";

  /** How many are read at a time. */
  public static final int MOST = 25;

  private final Store store;
  private final boolean wanted;

  @Inject
  EventTable(Store store, Settings settings) {
    this(store, settings.events().isPresent());
  }

  public EventTable(Store store, boolean wanted) {
    this.store = store;
    this.wanted = wanted;
  }

  /** Whether anybody listens. */
  public boolean isWanted() {
    return wanted;
  }

  /** What one transaction has to tell. */
  public record Due(String key, Instant at, List<Event> events) {}

  /** Has it told as soon as may be. */
  public void note(Transaction in, Event event) {
    note(in, event, event.at());
  }

  /** @param due when to tell it, if it is still so */
  public void note(Transaction in, Event event, Instant due) {
    if (wanted) {
      in.addToSet(new Key(PARTITION, time(due) + "#" + in.token()), EVENTS, event.text());
    }
  }

  /**
   * The oldest that are due, {@value #MOST} at a time.
   *
   * @param after the key of the last one that was read before; empty for the first of all
   */
  public Uni<List<Due>> until(Instant now, String after) {
    return store
        .query(new Query(PARTITION, after + " ", time(now) + Query.END, MOST, false))
        .map(items -> items.stream().map(EventTable::due).toList());
  }

  /** What cannot be read tells nothing, and goes: it is in the way of no other. */
  private static Due due(Item item) {
    var key = item.key().sk();
    var read = Items.each(
        List.of(item),
        due -> new Due(
            key,
            Instant.ofEpochSecond(Long.parseLong(key.split("#")[0])),
            due.getSet(EVENTS).stream().map(Event::parse).toList()));
    return read.read().stream().findFirst().orElseGet(() -> new Due(key, Instant.EPOCH, List.of()));
  }

  public void drop(Transaction in, Due due) {
    in.delete(new Key(PARTITION, due.key()));
  }

  /** How far something was told; empty if it never was. */
  public Uni<Optional<String>> told(String name) {
    return store.get(new Key(TOLD, name)).map(found -> found.map(item -> item.getText(UNTIL)));
  }

  public void tell(Transaction in, String name, String until) {
    in.put(Item.at(new Key(TOLD, name)).with(UNTIL, until));
  }

  private static String time(Instant time) {
    return "%012d".formatted(time.getEpochSecond());
  }
}
