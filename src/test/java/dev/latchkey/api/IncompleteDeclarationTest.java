package dev.latchkey.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A declaration that leaves something out stops the start, and the message names every such function at once. */
class IncompleteDeclarationTest {
  @Test
  void everyOneIsNamedWithWhatItLeavesOut() {
    var silent = declaring(Declaration.of("silent", "Says too little"));
    var writing = declaring(Declaration.of("writing", "Writes.")
        .forAnyCaller()
        .changes()
        .needsNothingMore()
        .answers(
            Field.list("made", "All of them.", Field.texts("names", "Their names.")),
            Field.texts("few", "A few.").atMost(3)));
    var terse = declaring(Declaration.of("terse", "Says little of its answer.")
        .forAnyCaller()
        .needsNothingMore()
        .answers(
            Field.text("name", "It has no period"),
            Field.list("servers", "It has one.", Field.number("id", "")),
            Field.text("name", "It is there already.")));
    var tool = declaring(Declaration.of("tool", "Makes tokens for agents.")
        .forAnyCaller()
        .changes()
        .needs(Permission.CHANGE_TOKENS)
        .asTool()
        .answers(Field.hash(
            "made", "What was made.", List.of(Field.text("token", "The token.").secret()))));
    var complete = declaring(Declaration.of("complete", "Says all.")
        .numbered(7)
        .forAnyCaller()
        .needsNothingMore()
        .answers(Field.text("name", "It has a period.")));

    var second = declaring(Declaration.of("second", "Has a number that was there.")
        .numbered(7)
        .forAnyCaller()
        .needsNothingMore()
        .answersNothing());

    assertThatThrownBy(
            () -> new Functions(List.of(silent, writing, terse, tool, complete, complete, second)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll(
            "silent: it does not say in a sentence what it does",
            "silent: it has no number from 1 to 1295, by which its calls are counted",
            "second: complete has its number 7 already",
            "silent: it states neither a privilege nor that any caller may call it",
            "silent: it does not state which permissions it needs",
            "silent: it does not state what it answers",
            "terse: its answer's field name has no sentence",
            "terse: its answer's field servers.id has no sentence",
            "terse: its answer has two fields name",
            "writing: it changes something but needs none of the permissions CHANGE_…",
            "writing: it changes something, and its answer's list made has no bound",
            "writing: it changes something, and its answer's list made.names has no bound",
            "tool: it is a tool, and no tool may have the permission CHANGE_TOKENS",
            "tool: it is a tool, and no tool may show a secret",
            "complete: two functions have this name")
        .message()
        .doesNotContain("few has no bound");
  }

  private static WhmFunction declaring(Declaration declaration) {
    return new WhmFunction(declaration) {
      @Override
      public Uni<Answer> answer(Call call) {
        throw new AssertionError("nobody calls it");
      }
    };
  }
}
