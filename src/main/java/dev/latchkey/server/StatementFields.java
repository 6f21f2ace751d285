package dev.latchkey.server;

import dev.latchkey.data.Data;
import dev.latchkey.text.Quoted;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads a tree that a server wrote: what is not of the wanted type is not there. */
final class StatementFields {
  /** Of the year 9999. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}");

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

  /** Empty where the server does not state it, or states something else: it is not known then. */
  Optional<Boolean> statedFlag(String name) {
    return number(name).filter(value -> value == 0 || value == 1).map(value -> value == 1);
  }

  StatementFields hash(String name) {
    return new StatementFields(hash.get(name)
        .map(value -> value instanceof Data.Hash inner ? inner : Data.hash())
        .orElseGet(Data::hash));
  }

  private Stream<Data> items(String name) {
    return hash.get(name).stream()
        .flatMap(
            value -> value instanceof Data.Sequence list ? list.items().stream() : Stream.of());
  }

  boolean has(String name) {
    return hash.get(name).isPresent();
  }

  List<StatementFields> list(String name) {
    return items(name)
        .flatMap(item ->
            item instanceof Data.Hash inner ? Stream.of(new StatementFields(inner)) : Stream.of())
        .toList();
  }

  /** A name, cut and without characters that steer a terminal. */
  Optional<String> word(String name) {
    return text(name).map(Quoted::of);
  }

  /** A sentence of the server's, cut and without characters that steer a terminal. */
  Optional<String> sentence(String name) {
    return text(name).map(Quoted::sentence);
  }

  List<String> texts(String name) {
    return items(name).flatMap(item -> asText(item).stream()).toList();
  }

  List<Long> numbers(String name) {
    return items(name)
        .flatMap(
            item -> item instanceof Data.Number number ? Stream.of(number.value()) : Stream.of())
        .toList();
  }

  List<String> sentences(String name) {
    return items(name)
        .flatMap(item -> asText(item).stream())
        .map(Quoted::sentence)
        .toList();
  }

  /** A SHA-256 in 64 hexadecimal digits. */
  Optional<String> digest(String name) {
    return text(name).filter(text -> DIGEST.matcher(text).matches());
  }

  /** The SHA-256 of a key, as OpenSSH prints it. */
  Optional<String> fingerprint(String name) {
    return text(name).filter(StatementFields::isFingerprint);
  }

  static boolean isFingerprint(String text) {
    return FINGERPRINT.matcher(text).matches();
  }

  /** Seconds since 1970, as far as a clock may say. */
  Optional<Instant> time(String name) {
    return number(name).filter(at -> at >= 0 && at <= LAST_SECOND).map(Instant::ofEpochSecond);
  }

  /** How many entries were left out of a list, where that is said of it alone. */
  long more(String name) {
    return number(name + "_more").or(() -> hash("more").number(name)).orElse(0L);
  }

  Data.Hash tree() {
    return hash;
  }

  private static Optional<String> asText(Data value) {
    return value instanceof Data.Text text ? Optional.of(text.value()) : Optional.empty();
  }
}
