package dev.latchkey.cli;

import java.util.List;
import java.util.Optional;

/**
 * What a function's declaration says.
 *
 * @param privilege empty for any caller
 */
record OneFunction(
    String name,
    String sentence,
    String privilege,
    boolean changes,
    List<OneParameter> parameters) {

  Optional<OneParameter> parameter(String written) {
    var plain = written.replaceFirst("(?:-[0-9]+|\\[[0-9]*])$", "");
    return parameters.stream()
        .filter(one -> one.name().equals(written) || one.repeats() && one.name().equals(plain))
        .findFirst();
  }

  boolean takes(String parameter) {
    return parameter(parameter).isPresent();
  }
}
