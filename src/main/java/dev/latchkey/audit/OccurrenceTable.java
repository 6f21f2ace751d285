package dev.latchkey.audit;

import dev.latchkey.audit.Occurrence.Kind;
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
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * How calls without an effect are counted: {@code OCCURRED / hour#user#kind#token#about#place}. Functions may only update
 * attributes there, those whose names admission has too, so that no role of theirs can write an audit entry; the reconciler
 * makes entries of the hours that are over.
 */
@Singleton
public class OccurrenceTable {
  private static final String PARTITION = "OCCURRED";

  /** Of the reasons of a function: so many entries a token, a function and an hour there are at most. */
  private static final int REASONS = 4;

  private static final int REQUESTS = 8;

  /** Calls that were under way when the hour ended have been counted by then. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuuMMddHHmm");

  private final Store store;

  @Inject
  public OccurrenceTable(Store store) {
    this.store = store;
  }

  /** A call that had no effect: one write. */
  public record Event(
      Kind kind,
      String user,
      String tokenId,
      String tokenName,
      String about,
      String function,
      String why,
      String source,
      Instant at,
      String request) {
    private Key key() {
      return OccurrenceTable.key(Occurrence.hourOf(at), user, kind, tokenId, about, why);
    }
  }

  private static Key key(
      Instant hour, String user, Kind kind, String tokenId, String about, String why) {
    var place = Integer.toString(Math.floorMod(why.hashCode(), REASONS));
    return new Key(
        PARTITION,
        String.join("#", Occurrence.text(hour), user, kind.name(), tokenId, about, place));
  }

  public Uni<Void> count(Event event) {
    var update = Update.builder()
        .key(event.key().attributes())
        .updateExpression(
            "SET calls_by = :by, calls_of = :of, calls_why = :why, calls_from = :from, #place = :id ADD calls_all :one")
        .expressionAttributeNames(
            Map.of("#place", "s" + Math.floorMod(event.request().hashCode(), REQUESTS)))
        .expressionAttributeValues(Map.of(
            ":by", Item.text(event.tokenName()),
            ":of", Item.text(event.function()),
            ":why", Item.text(event.why()),
            ":from", Item.text(event.source()),
            ":id", Item.text(event.request()),
            ":one", Item.number(1)))
        .build();
    return store.updateOnce(update).replaceWithVoid();
  }

  /** Some of those whose hour is over, the oldest first. */
  public Uni<Items<Occurrence>> over(Instant now, int most) {
    var hour = Occurrence.text(Occurrence.hourOf(now.minus(PATIENCE)));
    return store
        .query(new Query(PARTITION, " ", hour, most, false))
        .map(items -> Items.each(items, OccurrenceTable::read));
  }

  /** Those of a user in the hour of {@code at} that are not entries yet. */
  Uni<List<Occurrence>> of(String user, Instant at, int most) {
    var prefix = Occurrence.text(Occurrence.hourOf(at)) + "#" + user + "#";
    return store
        .query(Query.of(PARTITION, prefix).limit(most))
        .map(items -> Items.each(items, OccurrenceTable::read).read());
  }

  /** Takes away what has become an entry; not if it was counted further meanwhile. */
  public void take(Transaction in, Occurrence seen, Supplier<? extends RuntimeException> changed) {
    in.delete(
        key(seen.hour(), seen.user(), seen.kind(), seen.tokenId(), seen.about(), seen.why()),
        "calls_all = :seen",
        Map.of(":seen", Item.number(seen.calls())),
        changed);
  }

  private static Occurrence read(Item item) {
    var key = item.getText("sk").split("#", 6);
    return new Occurrence(
        Kind.valueOf(key[2]),
        key[1],
        key[3],
        item.getText("calls_by"),
        key[4],
        item.getText("calls_of"),
        item.getText("calls_why"),
        item.getText("calls_from"),
        LocalDateTime.parse(key[0] + "00", HOUR).toInstant(ZoneOffset.UTC),
        item.getNumber("calls_all"),
        IntStream.range(0, REQUESTS)
            .mapToObj(place -> item.findText("s" + place))
            .flatMap(Optional::stream)
            .sorted()
            .toList());
  }
}
