package dev.latchkey.repeat;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import dev.latchkey.api.Stamp;
import dev.latchkey.store.ConditionFailed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * What is kept of calls with a key, for a day, in the transactions of what they do: {@code I#credential / function#key}. No
 * answer is kept, and no argument, but digests of both that nobody can compute who only reads the table.
 */
@Singleton
public class StampTable {
  static final Duration KEPT = Duration.ofDays(1);

  private static final String ARGUMENTS = "arguments";
  private static final String REQUEST = "request";
  private static final String AT = "at";
  private static final String STEPS = "steps";
  private static final String MADE = "made";
  private static final String SERVER = "server";
  private static final String TTL = "ttl";

  /** TTL removes what is over up to two days later. */
  private static final String FREE = Transaction.ABSENT + " OR #ttl <= :now";

  private final Store store;

  @Inject
  StampTable(Store store) {
    this.store = store;
  }

  /** A stamp with the digests of the arguments. */
  record Found(Stamp stamp, Map<String, String> arguments) {}

  Uni<Optional<Found>> find(Asked asked, Instant now) {
    return store
        .get(key(asked))
        .map(item -> item.filter(stamp -> stamp.getNumber(TTL) > now.getEpochSecond())
            .map(StampTable::read));
  }

  private static Found read(Item item) {
    var arguments = item.getMap(ARGUMENTS);
    return new Found(
        new Stamp(
            item.getText(REQUEST),
            Instant.ofEpochMilli(item.getNumber(AT)),
            Set.copyOf(item.getSet(STEPS)),
            item.getTexts(MADE),
            item.findText(SERVER)),
        arguments.attributes().keySet().stream().collect(toMap(name -> name, arguments::getText)));
  }

  /** The first step of a call, in its transaction. */
  void create(
      Transaction in, Asked asked, Stamp stamp, Supplier<? extends RuntimeException> otherwise) {
    in.replace(item(asked, stamp), FREE, names(TTL), now(stamp), otherwise);
  }

  /** A call that found nothing to do: no transaction of its own has the stamp. It fails with {@link ConditionFailed}. */
  Uni<Void> createAlone(Asked asked, Stamp stamp) {
    var attributes = new TreeMap<>(item(asked, stamp).attributes());
    var key = key(asked).attributes();
    attributes.keySet().removeAll(key.keySet());
    var values = new HashMap<>(now(stamp));
    attributes.forEach((name, value) -> values.put(":" + name, value));
    return store
        .updateOnce(Update.builder()
            .tableName(store.tableName())
            .key(key)
            .updateExpression(attributes.keySet().stream()
                .map(name -> "#" + name + " = :" + name)
                .collect(joining(", ", "SET ", "")))
            .conditionExpression(FREE)
            .expressionAttributeNames(names(attributes.keySet().toArray(String[]::new)))
            .expressionAttributeValues(values)
            .build())
        .replaceWithVoid();
  }

  private static Item item(Asked asked, Stamp stamp) {
    var digests = asked.arguments().entrySet().stream()
        .collect(toMap(Map.Entry::getKey, entry -> Item.text(entry.getValue())));
    var item = Item.at(key(asked))
        .with(ARGUMENTS, AttributeValue.fromM(digests))
        .with(REQUEST, stamp.request())
        .with(AT, stamp.at().toEpochMilli())
        .with(STEPS, Item.set(stamp.steps()))
        .with(MADE, AttributeValue.fromL(stamp.made().stream().map(Item::text).toList()))
        .with(TTL, Item.time(stamp.at().plus(KEPT)));
    return stamp.server().map(server -> item.with(SERVER, server)).orElse(item);
  }

  private static Map<String, AttributeValue> now(Stamp stamp) {
    return Map.of(":now", Item.time(stamp.at()));
  }

  /** More steps of a call that has a stamp, of which nobody has done one meanwhile. */
  void add(
      Transaction in,
      Asked asked,
      Stamp known,
      List<String> steps,
      Supplier<? extends RuntimeException> otherwise) {
    var values = new HashMap<String, AttributeValue>();
    values.put(":request", Item.text(known.request()));
    values.put(":steps", AttributeValue.fromSs(steps));
    IntStream.range(0, steps.size()).forEach(i -> values.put(":step" + i, Item.text(steps.get(i))));
    var condition = IntStream.range(0, steps.size())
        .mapToObj(i -> "NOT contains(#steps, :step" + i + ")")
        .collect(joining(" AND ", "#request = :request AND ", ""));
    in.update(
        Update.builder()
            .key(key(asked).attributes())
            .updateExpression("ADD #steps :steps")
            .conditionExpression(condition)
            .expressionAttributeNames(names(REQUEST, STEPS))
            .expressionAttributeValues(values)
            .build(),
        otherwise);
  }

  private static Map<String, String> names(String... attributes) {
    return List.of(attributes).stream().collect(toMap(name -> "#" + name, name -> name));
  }

  private static Key key(Asked asked) {
    return new Key("I#" + asked.credential(), asked.place());
  }
}
