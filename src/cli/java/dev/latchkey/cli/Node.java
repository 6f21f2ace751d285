package dev.latchkey.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An answer as a tree. */
sealed interface Node {
  /** @param members in the order of the answer */
  record Members(Map<String, Node> members) implements Node {
    Optional<Node> get(String name) {
      return Optional.ofNullable(members.get(name));
    }

    Optional<Members> members(String name) {
      return get(name).filter(Members.class::isInstance).map(Members.class::cast);
    }

    Optional<String> text(String name) {
      return get(name).flatMap(Node::scalar);
    }
  }

  record Items(List<Node> items) implements Node {}

  record Text(String value) implements Node {}

  /** @param digits as the answer had them */
  record Number(String digits) implements Node {}

  record Truth(boolean value) implements Node {}

  record Nothing() implements Node {}

  /** What stands on one line; empty for lists, hashes and null. */
  default Optional<String> scalar() {
    if (this instanceof Text text) {
      return Optional.of(text.value);
    }
    if (this instanceof Number number) {
      return Optional.of(number.digits);
    }
    return this instanceof Truth truth
        ? Optional.of(Boolean.toString(truth.value))
        : Optional.empty();
  }

  /** Whether it has neither items nor members. */
  default boolean isEmpty() {
    return this instanceof Items list && list.items.isEmpty()
        || this instanceof Members hash && hash.members.isEmpty();
  }
}
