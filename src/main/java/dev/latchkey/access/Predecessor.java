package dev.latchkey.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A token that api_token_rotate made another of.
 *
 * @param id its lasting id
 * @param createdAt in whole seconds
 */
public record Predecessor(String id, Instant createdAt) {
  /** Of a token; what it called before is not told of it any more. A few bytes each, on the item that admission writes. */
  static final int MOST = 8;

  /** The last ones of a token's successor. */
  static List<Predecessor> before(List<Predecessor> earlier, Credential token) {
    var all = Stream.concat(
            earlier.stream(), Stream.of(new Predecessor(token.id(), token.createdAt())))
        .toList();
    return all.subList(Math.max(0, all.size() - MOST), all.size());
  }

  /** How they are kept: {@code id:seconds}, the first one first; empty where there are none. */
  static Optional<String> text(List<Predecessor> all) {
    return Optional.of(all.stream()
            .map(one -> one.id() + ":" + one.createdAt().getEpochSecond())
            .collect(Collectors.joining(" ")))
        .filter(text -> !text.isEmpty());
  }

  static List<Predecessor> parse(String text) {
    return Stream.of(text.split(" "))
        .map(one -> one.split(":"))
        .map(one -> new Predecessor(one[0], Instant.ofEpochSecond(Long.parseLong(one[1]))))
        .toList();
  }
}
