package dev.latchkey.mcp;

import dev.latchkey.access.Caller;
import dev.latchkey.api.Declaration;
import dev.latchkey.data.Data;
import java.util.List;
import java.util.Optional;

/** The tools that a caller may call, in the order of their names. */
final class Tools {
  /** Of one answer; the next one begins after the last name of this. */
  static final int PAGE = 50;

  private Tools() {}

  static Data.Hash list(List<Declaration> functions, Caller caller, Optional<String> cursor) {
    var after = functions.stream()
        .filter(Declaration::isTool)
        .filter(function ->
            function.privilege().map(required -> caller.holds(required)).orElse(true))
        .filter(
            function -> cursor.map(last -> function.name().compareTo(last) > 0).orElse(true))
        .toList();
    var page = after.subList(0, Math.min(PAGE, after.size()));
    var list = Data.hash()
        .with("tools", new Data.Sequence(page.stream().<Data>map(Tools::of).toList()));
    return after.size() > PAGE ? list.with("nextCursor", page.get(PAGE - 1).name()) : list;
  }

  static Data.Hash of(Declaration function) {
    return Data.hash()
        .with("name", function.name())
        .with("description", description(function))
        .with("inputSchema", ToolSchema.of(function))
        .with("annotations", annotations(function));
  }

  private static String description(Declaration function) {
    return function.isChanging()
        ? function.sentence()
            + " It takes two calls: the first is a dry run, says what would change and gives a code; the"
            + " second, with the code in “" + ToolSchema.CONFIRM + "”, does it."
        : function.sentence();
  }

  /** The code is one of the arguments, so that a second call with the same arguments changes nothing more. */
  private static Data.Hash annotations(Declaration function) {
    return Data.hash()
        .with("readOnlyHint", new Data.Truth(!function.isChanging()))
        .with("destructiveHint", new Data.Truth(function.isChanging()))
        .with("idempotentHint", new Data.Truth(true));
  }
}
