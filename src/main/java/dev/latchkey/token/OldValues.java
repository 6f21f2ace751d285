package dev.latchkey.token;

import dev.latchkey.access.Credential;
import dev.latchkey.api.Field;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Values that api_token_rotate replaced, and that are good until their grace is over. */
final class OldValues {
  static final int MOST = 20;

  static final String UNKNOWN =
      "Whether old values of the same token are still good is not known; api_token_list has them.";

  static final Field LEFT = Field.texts(
          "non_fatals",
          "Old values that api_token_rotate left of the same token, and that are still good (an extension); left out if there are none.")
      .atMost(MOST)
      .optional();

  private OldValues() {}

  static boolean isOne(Credential token) {
    return token.succession().successor().isPresent();
  }

  /** How a refusal calls one. */
  static String said(Credential old) {
    return "“" + old.name() + "” is an old value"
        + old.scope().expiresAt().map(end -> ", which ends at " + end).orElse("");
  }

  /** The lines of tokens that took others' places, and whose old values a call that names them leaves. */
  static Set<String> lines(Collection<Credential> named) {
    return named.stream()
        .map(Credential::succession)
        .filter(succession -> !succession.predecessors().isEmpty())
        .map(succession -> succession.line())
        .collect(Collectors.toSet());
  }

  /**
   * What is left of these lines, a sentence for each, and one for all that are more.
   *
   * @param fate the end of each sentence
   */
  static List<String> left(List<Credential> all, Set<String> lines, Instant now, String fate) {
    var left = all.stream()
        .filter(OldValues::isOne)
        .filter(Predicate.not(token -> token.expiredAt(now)))
        .filter(token -> lines.contains(token.succession().line()))
        .map(token -> said(token) + "; " + fate)
        .sorted()
        .toList();
    return left.size() <= MOST
        ? left
        : Stream.concat(
                left.stream().limit(MOST - 1),
                Stream.of(
                    (left.size() - MOST + 1) + " more are good, too; api_token_list has them."))
            .toList();
  }
}
