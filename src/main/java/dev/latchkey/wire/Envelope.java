package dev.latchkey.wire;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Field;
import dev.latchkey.api.Stamp;
import dev.latchkey.data.Data;
import dev.latchkey.list.ListControls;
import java.util.List;
import java.util.Optional;

/**
 * WHM API 1's answer: metadata, and data where there is some (WHM API 1, "Return Data").
 *
 * @param result 1 or 0, always a number: @cpanel/api loses the reason of a failure that says "0"
 * @param more further metadata: server, chunk and filter
 */
public record Envelope(
    String command, int result, String reason, Data.Hash more, Optional<Data.Hash> data) {

  /** The metadata of every answer. */
  public static final List<Field> METADATA = Field.all(
      List.of(
          Field.number("version", "Always 1."),
          Field.text("command", "The name of the function, as it was called."),
          Field.text("reason", "“OK”, or why the call was refused or is not done."),
          Field.flag("result", "1 if it is done, 0 if it was refused or is not done."),
          ExpiryWarning.WARNINGS),
      ListControls.METADATA,
      List.of(Stamp.REPEATED));

  /** An answer as a whole, whichever function gave it. */
  public static final List<Field> FIELDS = List.of(
      Field.hash(
          "metadata",
          "What became of the command.",
          Field.all(METADATA, List.of(Answer.SERVER.optional()))),
      Field.anyHash("data", "What the function answers; left out if it answers nothing.")
          .optional());

  static Envelope of(String command, Answer answer) {
    return new Envelope(
        command, answer.result(), answer.reason(), answer.metadata(), answer.data());
  }

  public static Envelope failure(String command, String reason) {
    return new Envelope(command, 0, reason, Data.hash(), Optional.empty());
  }

  /** The same as the answer to a repeat. */
  Envelope repeating(Stamp first) {
    return new Envelope(
        command, result, reason, more.with(Stamp.REPEATED.name(), first.request()), data);
  }

  /** The request id of the call whose repeat was answered; empty for any other. */
  Optional<String> repeated() {
    return more.get(Stamp.REPEATED.name())
        .map(first -> first instanceof Data.Text text ? text.value() : "");
  }

  /** With what the caller should know beside it. */
  Envelope warning(List<String> sentences) {
    return sentences.isEmpty()
        ? this
        : new Envelope(
            command,
            result,
            reason,
            more.with(ExpiryWarning.WARNINGS.name(), Data.texts(sentences)),
            data);
  }

  public boolean succeeded() {
    return result == 1;
  }

  public Data.Hash tree() {
    var metadata = Data.hash()
        .with("version", 1)
        .with("command", command)
        .with("reason", reason)
        .with("result", result);
    var tree = Data.hash().with("metadata", metadata.with(more));
    return data.map(hash -> tree.with("data", hash)).orElse(tree);
  }
}
