package dev.latchkey.server;

import dev.latchkey.data.Data;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a tree that a server wrote: what is not of the wanted type is not there. */
final class StatementFields {
  private final Data.Hash hash;

  StatementFields(Data.Hash hash) {
    this.hash = hash;
  }

  Optional<String> text(String name) {
    return hash.get(name).flatMap(StatementFields::asText);
  }

  Optional<Long> number(String name) {
    return hash.get(name).map(value -> value instanceof Data.Number number ? number.value() : null);
  }

  boolean flag(String name) {
    return number(name).orElse(0L) == 1;
  }

  StatementFields hash(String name) {
    return new StatementFields(hash.get(name)
        .map(value -> value instanceof Data.Hash inner ? inner : Data.hash())
        .orElseGet(Data::hash));
  }

  boolean has(String name) {
    return hash.get(name).isPresent();
  }

  List<StatementFields> list(String name) {
    return hash.get(name).stream()
        .flatMap(value -> value instanceof Data.Sequence list ? list.items().stream() : Stream.of())
        .flatMap(item ->
            item instanceof Data.Hash inner ? Stream.of(new StatementFields(inner)) : Stream.of())
        .toList();
  }

  Data.Hash tree() {
    return hash;
  }

  private static Optional<String> asText(Data value) {
    return value instanceof Data.Text text ? Optional.of(text.value()) : Optional.empty();
  }
}
