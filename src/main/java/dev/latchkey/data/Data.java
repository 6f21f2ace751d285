package dev.latchkey.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a function answers: a tree that {@link Json} and {@link Xml} write and {@code list} cut. Immutable; the
 * order of a hash's keys is kept, though no client may rely on it.
 */
public sealed interface Data {
  /** WHM's null: {@code null} in JSON, {@code null="true"} in XML. */
  Null NULL = new Null();

  static Data text(String value) {
    return new Text(value);
  }

  static Data number(long value) {
    return new Number(value);
  }

  /** WHM's boolean, 1 or 0; it has no {@code true}. */
  static Data flag(boolean value) {
    return new Number(value ? 1 : 0);
  }

  static Data orNull(Optional<? extends Data> value) {
    return value.<Data>map(data -> data).orElse(NULL);
  }

  static Sequence texts(List<String> values) {
    return new Sequence(values.stream().map(Data::text).toList());
  }

  static Hash hash() {
    return Hash.EMPTY;
  }

  /** Of protocols other than WHM's, whose answers have none. */
  record Truth(boolean value) implements Data {}

  record Text(String value) implements Data {}

  record Number(long value) implements Data {}

  record Null() implements Data {}

  record Sequence(List<Data> items) implements Data {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  record Hash(Map<String, Data> entries) implements Data {
    private static final Hash EMPTY = new Hash(Map.of());

    public Hash {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    public Hash with(String key, Data value) {
      var more = new LinkedHashMap<>(entries);
      more.put(key, value);
      return new Hash(more);
    }

    public Hash with(String key, String value) {
      return with(key, text(value));
    }

    public Hash with(String key, long value) {
      return with(key, number(value));
    }

    /** This and then all of {@code other}. */
    public Hash with(Hash other) {
      var more = new LinkedHashMap<>(entries);
      more.putAll(other.entries);
      return new Hash(more);
    }

    public Hash with(String key, Optional<? extends Data> value) {
      return value.map(present -> with(key, present)).orElse(this);
    }

    public Hash without(String key) {
      var fewer = new LinkedHashMap<>(entries);
      fewer.remove(key);
      return new Hash(fewer);
    }

    public Optional<Data> get(String key) {
      return Optional.ofNullable(entries.get(key));
    }
  }
}
