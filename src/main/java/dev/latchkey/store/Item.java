package dev.latchkey.store;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An item of the table: attributes by name, read and written with their types. */
public record Item(Map<String, AttributeValue> attributes) {
  public Item {
    attributes = Map.copyOf(attributes);
  }

  public static Item at(Key key) {
    return new Item(key.attributes());
  }

  public Item with(String name, AttributeValue value) {
    var more = new HashMap<>(attributes);
    more.put(name, value);
    return new Item(more);
  }

  public Item with(String name, String value) {
    return with(name, text(value));
  }

  public Item with(String name, long value) {
    return with(name, number(value));
  }

  public Item with(String name, Optional<AttributeValue> value) {
    return value.map(present -> with(name, present)).orElse(this);
  }

  public static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  public static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  public static Optional<AttributeValue> number(OptionalLong value) {
    return value.isPresent() ? Optional.of(number(value.getAsLong())) : Optional.empty();
  }

  /** Seconds since 1970, as DynamoDB's TTL and WHM have them. */
  public static AttributeValue time(Instant value) {
    return number(value.getEpochSecond());
  }

  public static AttributeValue bytes(byte[] value) {
    return AttributeValue.fromB(SdkBytes.fromByteArray(value));
  }

  /** DynamoDB knows no empty set: nothing stands for it. */
  public static Optional<AttributeValue> set(Collection<String> values) {
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(AttributeValue.fromSs(List.copyOf(values)));
  }

  /** @throws IllegalStateException when it has none: the item was not written by us */
  public String getText(String name) {
    return find(name).map(AttributeValue::s).orElseThrow(() -> missing(name));
  }

  public long getNumber(String name) {
    return findNumber(name).orElseThrow(() -> missing(name));
  }

  public Optional<Long> findNumber(String name) {
    return find(name).map(value -> Long.valueOf(value.n()));
  }

  public Optional<byte[]> findBytes(String name) {
    return find(name).map(value -> value.b().asByteArray());
  }

  public List<String> getSet(String name) {
    return find(name).map(AttributeValue::ss).orElseGet(List::of);
  }

  public boolean getFlag(String name) {
    return find(name).map(AttributeValue::bool).orElse(false);
  }

  public Optional<AttributeValue> find(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  private static IllegalStateException missing(String name) {
    return new IllegalStateException("an item of the table has no attribute " + name);
  }
}
