package dev.latchkey.cli;

import java.util.List;
import java.util.Optional;

/**
 * One parameter of a function.
 *
 * @param type {@code text}, {@code number} or {@code flag}
 * @param choices the values that it may have; empty where there are too many to name
 * @param secret whether its value must be in no log and on no command line
 */
record OneParameter(
    String name,
    String type,
    boolean required,
    boolean repeats,
    boolean secret,
    Optional<String> byDefault,
    List<String> choices,
    String sentence) {

  static OneParameter of(Node.Members written) {
    var type = written.text("type").orElse("text");
    var choices = FunctionList.items(written, "enum").stream()
        .flatMap(choice -> choice.scalar().stream())
        .toList();
    return new OneParameter(
        written.text("name").orElseThrow(),
        type,
        FunctionList.is(written, "required"),
        FunctionList.is(written, "repeats"),
        FunctionList.is(written, "secret"),
        written.text("default"),
        type.equals("flag") ? List.of("1", "0") : choices,
        written.text("sentence").orElse(""));
  }
}
