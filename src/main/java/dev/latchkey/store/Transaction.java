package dev.latchkey.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** Writes that are done together or not at all; each says what it means when its condition does not hold. */
public final class Transaction {
  public static final String ABSENT = "attribute_not_exists(pk)";

  private static final String CONDITION_FAILED = "ConditionalCheckFailed";
  /** "TransactWriteItems, Errors" in Amazon's DynamoDB API Reference. */
  private static final Set<String> PASSING =
      Set.of("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded");

  private static final String NONE = "None";

  /** Whatever is there, this does not hold. */
  private static final String NEVER = ABSENT + " AND attribute_exists(pk)";

  /** In a partition of which every function that changes something may check items; there is no such item. */
  private static final Key NOTHING = new Key("U#", "DRY-RUN");

  /** @param judged whether its condition is judged where nothing is to be done */
  private record Step(
      TransactWriteItem write, Supplier<? extends RuntimeException> meaning, boolean judged) {
    boolean isOf(Key key) {
      return attributes().entrySet().containsAll(key.attributes().entrySet());
    }

    private Map<String, AttributeValue> attributes() {
      if (write.put() != null) {
        return write.put().item();
      }
      if (write.update() != null) {
        return write.update().key();
      }
      return write.delete() != null
          ? write.delete().key()
          : write.conditionCheck().key();
    }
  }

  private final List<Step> steps = new ArrayList<>();
  private final String token = UUID.randomUUID().toString();
  private final String table;
  private final SortedSet<String> about = new TreeSet<>();

  Transaction(String table) {
    this.table = table;
  }

  /** Writes an item that must not be there yet. */
  public Transaction putNew(Item item, Supplier<? extends RuntimeException> otherwise) {
    var put = Put.builder()
        .tableName(table)
        .item(item.attributes())
        .conditionExpression(ABSENT)
        .build();
    return step(TransactWriteItem.builder().put(put).build(), otherwise);
  }

  /** Writes an item over whatever is there: another step's condition must guard it. */
  public Transaction put(Item item) {
    var put = Put.builder().tableName(table).item(item.attributes()).build();
    return step(TransactWriteItem.builder().put(put).build(), Transaction::unguarded);
  }

  /** Writes an item over one of which the condition holds. */
  public Transaction replace(
      Item item,
      String condition,
      Map<String, AttributeValue> values,
      Supplier<? extends RuntimeException> otherwise) {
    return replace(item, condition, Map.of(), values, otherwise);
  }

  /** @param names what stands for attributes in the condition */
  public Transaction replace(
      Item item,
      String condition,
      Map<String, String> names,
      Map<String, AttributeValue> values,
      Supplier<? extends RuntimeException> otherwise) {
    var put = Put.builder()
        .tableName(table)
        .item(item.attributes())
        .conditionExpression(condition)
        .expressionAttributeNames(names.isEmpty() ? null : names)
        .expressionAttributeValues(values.isEmpty() ? null : values)
        .build();
    return step(TransactWriteItem.builder().put(put).build(), otherwise);
  }

  /** Deletes an item that may be there: another step's condition must guard it. */
  public Transaction delete(Key key) {
    var delete = Delete.builder().tableName(table).key(key.attributes()).build();
    return step(TransactWriteItem.builder().delete(delete).build(), Transaction::unguarded);
  }

  private static RuntimeException unguarded() {
    return new IllegalStateException("a step without a condition failed");
  }

  public Transaction update(Update update, Supplier<? extends RuntimeException> otherwise) {
    return step(
        TransactWriteItem.builder()
            .update(update.copy(to -> to.tableName(table)))
            .build(),
        otherwise);
  }

  /** Steps whose conditions are about what an earlier change has to write first: work that changes nothing asks otherwise. */
  public Transaction unjudged(Consumer<Transaction> some) {
    var first = steps.size();
    some.accept(this);
    steps
        .subList(first, steps.size())
        .replaceAll(step -> new Step(step.write, step.meaning, false));
    return this;
  }

  public Transaction delete(
      Key key,
      String condition,
      Map<String, AttributeValue> values,
      Supplier<? extends RuntimeException> otherwise) {
    return delete(key, condition, Map.of(), values, otherwise);
  }

  /** @param names what stands for attributes in the condition */
  public Transaction delete(
      Key key,
      String condition,
      Map<String, String> names,
      Map<String, AttributeValue> values,
      Supplier<? extends RuntimeException> otherwise) {
    var delete = Delete.builder()
        .tableName(table)
        .key(key.attributes())
        .conditionExpression(condition)
        .expressionAttributeNames(names.isEmpty() ? null : names)
        .expressionAttributeValues(values.isEmpty() ? null : values)
        .build();
    return step(TransactWriteItem.builder().delete(delete).build(), otherwise);
  }

  public Transaction check(
      Key key,
      String condition,
      Map<String, AttributeValue> values,
      Supplier<? extends RuntimeException> otherwise) {
    var check = ConditionCheck.builder()
        .tableName(table)
        .key(key.attributes())
        .conditionExpression(condition)
        .expressionAttributeValues(values.isEmpty() ? null : values)
        .build();
    return step(TransactWriteItem.builder().conditionCheck(check).build(), otherwise);
  }

  /** Adds to a set of an item, which is made if it is not there; of one item several times, it becomes one write. */
  public Transaction addToSet(Key key, String set, String value) {
    var values = new HashSet<>(Set.of(value));
    for (var step : List.copyOf(steps)) {
      if (step.isOf(key)) {
        values.addAll(
            step.write.update().expressionAttributeValues().get(":values").ss());
        steps.remove(step);
      }
    }
    var update = Update.builder()
        .tableName(table)
        .key(key.attributes())
        .updateExpression("ADD " + set + " :values")
        .expressionAttributeValues(
            Map.of(":values", AttributeValue.fromSs(values.stream().sorted().toList())))
        .build();
    return step(TransactWriteItem.builder().update(update).build(), Transaction::unguarded);
  }

  private Transaction step(
      TransactWriteItem write, Supplier<? extends RuntimeException> otherwise) {
    steps.add(new Step(write, otherwise, true));
    return this;
  }

  /** Whether the item is written or checked already: DynamoDB takes an item once in a transaction. */
  public boolean has(Key key) {
    return steps.stream().anyMatch(step -> step.isOf(key));
  }

  /** The one update that it consists of, which costs half as much by itself; empty where it is anything else. */
  Optional<Update> loneUpdate() {
    return steps.size() == 1 ? Optional.ofNullable(steps.get(0).write.update()) : Optional.empty();
  }

  /** What it means that the condition of the one step did not hold. */
  RuntimeException loneMeaning() {
    return steps.get(0).meaning.get();
  }

  /** Notes what its writes are about, where they are added; what is written of the whole then knows it. */
  public Transaction about(long thing) {
    about.add(Long.toString(thing));
    return this;
  }

  /** In the order of their texts. */
  public List<String> about() {
    return List.copyOf(about);
  }

  /** Unique to it. */
  public String token() {
    return token;
  }

  List<TransactWriteItem> writes() {
    return steps.stream().map(Step::write).toList();
  }

  /** What the first condition that did not hold means; the failure itself when it was something else. */
  Throwable meaningOf(TransactionCanceledException cancelled) {
    var reasons = cancelled.cancellationReasons();
    for (var i = 0; i < reasons.size(); i++) {
      if (CONDITION_FAILED.equals(reasons.get(i).code())) {
        return steps.get(i).meaning.get();
      }
    }
    return cancelled;
  }

  /** The same with a condition that never holds, so that it is judged as a whole and not carried out. */
  Transaction neverDone() {
    var never = ConditionCheck.builder()
        .tableName(table)
        .key(NOTHING.attributes())
        .conditionExpression(NEVER)
        .build();
    var all = new Transaction(table);
    all.steps.addAll(steps.stream().filter(Step::judged).toList());
    return all.step(
        TransactWriteItem.builder().conditionCheck(never).build(), Transaction::unguarded);
  }

  /** Whether all conditions hold but the last, of what was {@link #neverDone}. */
  boolean wouldBeDone(TransactionCanceledException cancelled) {
    var codes =
        cancelled.cancellationReasons().stream().map(CancellationReason::code).toList();
    var last = steps.size() - 1;
    return codes.size() == steps.size()
        && codes.subList(0, last).stream().allMatch(NONE::equals)
        && CONDITION_FAILED.equals(codes.get(last));
  }

  /** Whether each write that failed met another one in flight, or DynamoDB was too busy for it. */
  static boolean mayBeSentAgain(TransactionCanceledException cancelled) {
    var codes = cancelled.cancellationReasons().stream()
        .map(CancellationReason::code)
        .filter(code -> !NONE.equals(code))
        .toList();
    return !codes.isEmpty() && PASSING.containsAll(codes);
  }

  /** The same of what was never to be done: its last condition fails whatever is in its way. */
  static boolean mayBeJudgedAgain(TransactionCanceledException cancelled) {
    return cancelled.cancellationReasons().stream()
        .map(CancellationReason::code)
        .anyMatch(PASSING::contains);
  }
}
