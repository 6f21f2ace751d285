package dev.latchkey.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** An update of some attributes of one item: each gets a value or is removed, all others stay as they are. */
public final class AttributeChanges {
  private final List<String> sets = new ArrayList<>();
  private final List<String> adds = new ArrayList<>();
  private final List<String> removes = new ArrayList<>();
  private final Map<String, AttributeValue> values = new HashMap<>();

  public AttributeChanges with(String name, AttributeValue value) {
    // Of its own, as a condition has the old value of the same attribute under the plain name.
    var placeholder = ":to_" + name;
    sets.add(name + " = " + placeholder);
    values.put(placeholder, value);
    return this;
  }

  public AttributeChanges with(String name, Optional<AttributeValue> value) {
    if (value.isPresent()) {
      return with(name, value.get());
    }
    removes.add(name);
    return this;
  }

  /** A number, which begins with 0 where it is not there. */
  public AttributeChanges adding(String name, long by) {
    adds.add(name + " :by_" + name);
    values.put(":by_" + name, Item.number(by));
    return this;
  }

  /** @param conditionValues the values that {@code condition} names, beside those of the changes */
  public Update update(Key key, String condition, Map<String, AttributeValue> conditionValues) {
    values.putAll(conditionValues);
    var expression = "SET " + String.join(", ", sets)
        + (adds.isEmpty() ? "" : " ADD " + String.join(", ", adds))
        + (removes.isEmpty() ? "" : " REMOVE " + String.join(", ", removes));
    return Update.builder()
        .key(key.attributes())
        .updateExpression(expression)
        .conditionExpression(condition)
        .expressionAttributeValues(values)
        .build();
  }
}
