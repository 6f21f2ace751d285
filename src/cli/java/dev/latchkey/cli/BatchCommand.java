package dev.latchkey.cli;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A command of a batch, {@code FUNCTION?name=value&…}, whose values may be secrets. */
record BatchCommand(String function, List<String> pairs) {

  /** Whether an argument of that name is one; no other function has a parameter of that name. */
  static boolean isNamed(String name) {
    return name.matches("command(?:-[0-9]+|\\[[0-9]*])?");
  }

  static BatchCommand of(String text) {
    var halves = text.split("\\?", 2);
    return new BatchCommand(
        halves[0],
        halves.length < 2
            ? List.of()
            : Arrays.stream(halves[1].split("&"))
                .filter(pair -> pair.contains("="))
                .toList());
  }

  /** @param isSecret of a parameter's name; of a function whose secrets nobody knows here, all are */
  String shown(Predicate<String> isSecret) {
    return pairs.isEmpty()
        ? function
        : pairs.stream()
            .map(pair -> declaration().isPresent() && !isSecret.test(name(pair))
                ? pair
                : pair.replaceFirst("(?s)=.*", "=" + Redacted.HIDDEN))
            .collect(Collectors.joining("&", function + "?", ""));
  }

  boolean hasSecret() {
    return pairs.stream()
        .flatMap(pair -> declaration().flatMap(known -> known.parameter(name(pair))).stream())
        .anyMatch(OneParameter::secret);
  }

  private Optional<OneFunction> declaration() {
    return FunctionList.embedded().find(function);
  }

  /** As the server will read it; what it will refuse, as it stands. */
  private static String name(String pair) {
    var encoded = pair.substring(0, pair.indexOf('='));
    try {
      return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return encoded;
    }
  }
}
