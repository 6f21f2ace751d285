package dev.latchkey.audit;

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
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * How far the audit was streamed: {@code STREAMED / user} has the number of the last seal, and {@code UNSTREAMED / user},
 * written with each seal, says that there are others. Where there is no stream, they wait for one.
 */
@Singleton
public class StreamTable {
  private static final String UNSTREAMED = "UNSTREAMED";
  private static final String STREAMED = "STREAMED";

  /** The last seal that there is, or that was streamed. */
  private static final String NUMBER = "seal";

  private static final String SINCE = "since";
  private static final String LAST = "begun";
  private static final String SIGNED = "signed";

  private final Store store;

  @Inject
  public StreamTable(Store store) {
    this.store = store;
  }

  /**
   * A user of whom not every seal is streamed.
   *
   * @param number of the newest seal
   * @param since when the oldest of those seals was made
   */
  public record Unstreamed(String user, long number, Instant since) {}

  /**
   * A stretch that is written now, or that somebody began to write.
   *
   * @param signed whether it has the signature of its last seal, which may come later
   */
  public record Stretch(long last, boolean signed) {}

  /**
   * How far a user's stream has come.
   *
   * @param number of the last seal of the last stretch that is over; 0 before the first
   * @param begun the stretch after it, which must be written as it was begun
   */
  public record Cursor(String user, long number, Optional<Stretch> begun) {
    public long next() {
      return number + 1;
    }
  }

  static void mark(Transaction in, Seal seal) {
    in.update(
        Update.builder()
            .key(new Key(UNSTREAMED, seal.user()).attributes())
            .updateExpression(
                "SET " + NUMBER + " = :number, " + SINCE + " = if_not_exists(" + SINCE + ", :at)")
            .expressionAttributeValues(Map.of(
                ":number", Item.number(seal.number()),
                ":at", Item.number(seal.at().toEpochMilli())))
            .build(),
        () -> new IllegalStateException("a step without a condition failed"));
  }

  /** Some users of whom not every seal is streamed. */
  public Uni<Items<Unstreamed>> unstreamed(int most) {
    return store
        .query(new Query(UNSTREAMED, " ", Query.END, most, false))
        .map(items -> Items.each(
            items,
            item -> new Unstreamed(
                item.key().sk(),
                item.getNumber(NUMBER),
                Instant.ofEpochMilli(item.getNumber(SINCE)))));
  }

  public Uni<Cursor> cursor(String user) {
    return store
        .get(key(user))
        .map(found -> found
            .map(item -> new Cursor(
                user,
                item.getNumber(NUMBER),
                item.findNumber(LAST).map(last -> new Stretch(last, item.getFlag(SIGNED)))))
            .orElseGet(() -> new Cursor(user, 0, Optional.empty())));
  }

  /** Says which stretch is written next: whoever breaks off here, the next one writes the same. */
  public void begin(
      Transaction in,
      Cursor from,
      Stretch stretch,
      Supplier<? extends RuntimeException> otherwise) {
    in.update(
        new AttributeChanges()
            .with(NUMBER, Item.number(from.number()))
            .with(LAST, Item.number(stretch.last()))
            .with(SIGNED, AttributeValue.fromBool(stretch.signed()))
            .update(
                key(from.user()),
                "attribute_not_exists(" + LAST + ") AND ("
                    + (from.number() == 0 ? Transaction.ABSENT + " OR " : "") + NUMBER
                    + " = :number)",
                Map.of(":number", Item.number(from.number()))),
        otherwise);
  }

  /**
   * Says that a stretch is written.
   *
   * @param at when its last seal was made
   */
  public void end(
      Transaction in,
      Cursor from,
      Stretch written,
      Instant at,
      Unstreamed mark,
      Supplier<? extends RuntimeException> otherwise) {
    in.update(
        new AttributeChanges()
            .with(NUMBER, Item.number(written.last()))
            .with(LAST, Optional.empty())
            .with(SIGNED, Optional.empty())
            .update(
                key(from.user()),
                NUMBER + " = :number AND " + LAST + " = :last",
                Map.of(
                    ":number", Item.number(from.number()), ":last", Item.number(written.last()))),
        otherwise);
    var marked = new Key(UNSTREAMED, from.user());
    if (written.last() >= mark.number()) {
      in.delete(
          marked, NUMBER + " <= :last", Map.of(":last", Item.number(written.last())), otherwise);
    } else {
      in.update(
          new AttributeChanges()
              .with(SINCE, Item.number(at.toEpochMilli()))
              .update(marked, "attribute_exists(pk)", Map.of()),
          otherwise);
    }
  }

  private static Key key(String user) {
    return new Key(STREAMED, user);
  }
}
