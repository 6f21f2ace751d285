package dev.latchkey.access;

import dev.latchkey.access.CallMark.Trace;
import dev.latchkey.access.CountOutcome.State;
import dev.latchkey.store.ConditionFailed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.UnknownOutcome;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Counts calls on an item, each once, whatever becomes of DynamoDB's answers. A write is never repeated unseen: when its
 * answer is lost, the item is read, and only the call's own mark, or the absence of any mark that could have replaced it,
 * decides. What stays open is logged, and the call is not counted a second time.
 */
@Singleton
class CountingTable {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.calls");
  private static final int REPEATS = 3;

  private final Store store;

  @Inject
  CountingTable(Store store) {
    this.store = store;
  }

  /**
   * When a call may be counted: an expression, with its values.
   *
   * @param repairs what the same write sets, or takes away where it is empty
   */
  record Condition(
      String expression,
      Map<String, AttributeValue> values,
      Map<String, Optional<AttributeValue>> repairs) {
    Condition(String expression, Map<String, AttributeValue> values) {
      this(expression, values, Map.of());
    }

    Condition and(String more) {
      return new Condition(expression + " AND " + more, values, repairs);
    }

    Condition with(String name, AttributeValue value) {
      var all = new HashMap<>(values);
      all.put(name, value);
      return new Condition(expression, all, repairs);
    }
  }

  /**
   * @param judge throws where what was read, or that there is nothing, does not allow the call
   * @return the item as it is counted
   * @throws ConditionFailed with the item as it was, when the condition did not hold
   * @throws UnknownOutcome when nothing could be found out
   */
  Uni<Item> count(Counted count, Condition condition, Consumer<Optional<Item>> judge) {
    // Until something else is known: the request may be done, whatever becomes of its answer.
    count.outcome().unknown();
    return count(count, condition, judge, REPEATS)
        .onFailure(ConditionFailed.class)
        .invoke(count.outcome()::notCounted);
  }

  private Uni<Item> count(
      Counted count, Condition condition, Consumer<Optional<Item>> judge, int repeats) {
    var mark = count.mark();
    return store
        .updateOnce(adding(count, condition))
        .invoke(count.outcome()::counted)
        .onFailure(ConditionFailed.class)
        .recoverWithUni(failure -> {
          var before = failure.before();
          var trace = before.map(item -> trace(mark, item)).orElse(Trace.NOT_THERE);
          if (trace == Trace.THERE) {
            count.outcome().counted();
            return Uni.createFrom().item(before.orElseThrow());
          }
          return trace == Trace.OVERWRITTEN && repeats < REPEATS
              ? unknown(count, before, judge)
              : Uni.createFrom().failure(failure);
        })
        .onFailure(UnknownOutcome.class)
        .recoverWithUni(lost -> store.get(key(count)).chain(read -> {
          if (read.isEmpty()) {
            count.outcome().notCounted();
            judge.accept(read);
          }
          return switch (trace(mark, read.orElseThrow())) {
            case THERE -> {
              count.outcome().counted();
              yield Uni.createFrom().item(read.get());
            }
            case OVERWRITTEN -> unknown(count, read, judge);
            case NOT_THERE ->
              repeats == 0
                  ? Uni.createFrom().failure(lost)
                  : count(count, unless(condition, read.get(), mark), judge, repeats - 1);
          };
        }));
  }

  private static Trace trace(CallMark mark, Item item) {
    return mark.trace(item.findNumber(mark.place()).orElse(0L));
  }

  private static Key key(Counted count) {
    return new Key(count.partition(), count.sort());
  }

  private static Uni<Item> unknown(
      Counted count, Optional<Item> seen, Consumer<Optional<Item>> judge) {
    judge.accept(seen);
    LOG.warnf(
        "%s: it is unknown whether this call was counted; it is not counted again",
        count.request());
    return Uni.createFrom().item(seen.orElseThrow());
  }

  /** Nobody has marked the place since it was read; the first try, should it still be under way, least of all. */
  private static Condition unless(Condition condition, Item read, CallMark mark) {
    return read.find(mark.place())
        .map(seen -> condition.and("#place = :seen").with(":seen", seen))
        .orElseGet(() -> condition.and("attribute_not_exists(#place)"));
  }

  private static Update adding(Counted count, Condition condition) {
    var names = new HashMap<>(Map.of("#place", count.mark().place()));
    var values = new HashMap<>(condition.values());
    values.put(":now", Item.time(count.at()));
    values.put(":mark", Item.number(count.mark().value()));
    var adds = add(count.counters(), names, values, 1);
    var removes = new ArrayList<String>();
    var sets = new StringBuilder("SET last_used = :now, #place = :mark");
    condition.repairs().forEach((name, value) -> {
      if (value.isPresent()) {
        values.put(":to_" + name, value.get());
        sets.append(", " + name + " = :to_" + name);
      } else {
        removes.add(name);
      }
    });
    return Update.builder()
        .key(key(count).attributes())
        .updateExpression(sets + " ADD " + adds
            + (removes.isEmpty() ? "" : " REMOVE " + String.join(", ", removes)))
        .conditionExpression(
            condition.expression() + " AND (attribute_not_exists(#place) OR #place <> :mark)")
        .expressionAttributeNames(names)
        .expressionAttributeValues(values)
        .build();
  }

  /** @param sign 1 to add, -1 to take back */
  private static String add(
      Map<String, Long> counters,
      Map<String, String> names,
      Map<String, AttributeValue> values,
      int sign) {
    var adds = new ArrayList<String>();
    counters.forEach((attribute, calls) -> {
      var i = adds.size();
      names.put("#n" + i, attribute);
      values.put(":n" + i, Item.number(sign * calls));
      adds.add("#n" + i + " :n" + i);
    });
    return String.join(", ", adds);
  }

  /**
   * Takes back what was counted, once: while the call's mark is there, the same write takes it away. Where another call has
   * replaced it, the counters alone say nothing, and so that is sent without any repetition, and only if the call is known
   * to be counted: else a call of others would be taken back. It never fails; what stays open is logged.
   */
  Uni<Void> takeBack(Counted count) {
    var wasKnown = count.outcome().state() == State.YES;
    count.outcome().unknown();
    return store
        .updateOnce(subtracting(count, true))
        .invoke(count.outcome()::notCounted)
        .onFailure(ConditionFailed.class)
        .recoverWithUni(failure -> wasKnown
            ? store.updateOnce(subtracting(count, false)).invoke(count.outcome()::notCounted)
            : Uni.createFrom().failure(failure))
        .onFailure(UnknownOutcome.class)
        .recoverWithUni(() -> store
            .updateOnce(subtracting(count, true))
            .onFailure(failure -> isDone(count, failure))
            .recoverWithNull()
            .invoke(count.outcome()::notCounted))
        .replaceWithVoid()
        .onFailure()
        .invoke(failure -> LOG.warnf(
            "%s: it is unknown whether this call was taken back: %s",
            count.request(), failure.getMessage()))
        .onFailure()
        .recoverWithNull();
  }

  /** The mark is gone and no other call has replaced it: what was sent first has taken it away. */
  private static boolean isDone(Counted count, Throwable failure) {
    return failure instanceof ConditionFailed failed
        && failed
            .before()
            .filter(item -> item.find(count.mark().place()).isEmpty())
            .isPresent();
  }

  private static Update subtracting(Counted count, boolean marked) {
    var names = new HashMap<String, String>();
    var values = new HashMap<String, AttributeValue>();
    var adds = add(count.counters(), names, values, -1);
    if (marked) {
      names.put("#place", count.mark().place());
      values.put(":mark", Item.number(count.mark().value()));
    }
    return Update.builder()
        .key(key(count).attributes())
        .updateExpression("ADD " + adds + (marked ? " REMOVE #place" : ""))
        .conditionExpression(marked ? "#place = :mark" : "attribute_exists(pk)")
        .expressionAttributeNames(names)
        .expressionAttributeValues(values)
        .build();
  }
}
