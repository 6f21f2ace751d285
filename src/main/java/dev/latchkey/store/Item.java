package dev.latchkey.store;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue.Type;

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

  /** Where it lies; of a map in an item nothing. */
  public Key key() {
    return new Key(inKey("pk"), inKey("sk"));
  }

  private String inKey(String name) {
    return find(name).map(AttributeValue::s).orElse("");
  }

  /**
   * What a reader makes of it.
   *
   * @throws DamagedItem whatever keeps it from being read: it names the item
   */
  public <T> T as(Function<Item, T> reader) {
    try {
      return reader.apply(this);
    } catch (RuntimeException e) {
      throw e instanceof DamagedItem damaged && damaged.key().equals(key())
          ? damaged
          : new DamagedItem(key(), e);
    }
  }

  /** @throws DamagedItem when it has none, as all of these for one of another type */
  public String getText(String name) {
    return findText(name).orElseThrow(() -> damaged(name, "is not there"));
  }

  public Optional<String> findText(String name) {
    return find(name, Type.S, "not a text", AttributeValue::s);
  }

  /** @throws DamagedItem when it has none */
  public long getNumber(String name) {
    return findNumber(name).orElseThrow(() -> damaged(name, "is not there"));
  }

  public Optional<Long> findNumber(String name) {
    return find(name, Type.N, "not a whole number", value -> Long.valueOf(value.n()));
  }

  public Optional<byte[]> findBytes(String name) {
    return find(name, Type.B, "not bytes", value -> value.b().asByteArray());
  }

  /** Empty where it is not there. */
  public List<String> getSet(String name) {
    return find(name, Type.SS, "not a set of texts", AttributeValue::ss).orElseGet(List::of);
  }

  /** The same of one that must be there, as no set is empty. */
  public List<String> getFullSet(String name) {
    if (find(name).isEmpty()) {
      throw damaged(name, "is not there");
    }
    return getSet(name);
  }

  /** A list of texts; empty where it is not there. */
  public List<String> getTexts(String name) {
    return getList(name, Type.S, "not a list of texts", AttributeValue::s);
  }

  /** A list of maps; empty where it is not there. */
  public List<Item> getMaps(String name) {
    return getList(name, Type.M, "not a list of maps", value -> new Item(value.m()));
  }

  private <T> List<T> getList(
      String name, Type type, String otherwise, Function<AttributeValue, T> value) {
    var all = find(name, Type.L, otherwise, AttributeValue::l).orElseGet(List::of);
    if (all.stream().anyMatch(one -> one.type() != type)) {
      throw damaged(name, "is " + otherwise);
    }
    return all.stream().map(value).toList();
  }

  /** Empty where it is not there. */
  public Item getMap(String name) {
    return new Item(find(name, Type.M, "not a map", AttributeValue::m).orElseGet(Map::of));
  }

  /** False where it is not there. */
  public boolean getFlag(String name) {
    return find(name, Type.BOOL, "not true or false", AttributeValue::bool).orElse(false);
  }

  public Optional<AttributeValue> find(String name) {
    return Optional.ofNullable(attributes.get(name));
  }

  private <T> Optional<T> find(
      String name, Type type, String otherwise, Function<AttributeValue, T> value) {
    return find(name).map(found -> {
      try {
        if (found.type() == type) {
          return value.apply(found);
        }
      } catch (NumberFormatException e) {
        // A number that has a fraction, or more digits than any of ours.
      }
      throw damaged(name, "is " + otherwise);
    });
  }

  private DamagedItem damaged(String name, String how) {
    return new DamagedItem(key(), "its “" + name + "” " + how);
  }
}
