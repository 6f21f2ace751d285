package dev.latchkey.wire;

import dev.latchkey.api.Answer;
import dev.latchkey.data.Data;
import java.util.Optional;

/**
 * WHM API 1's answer: metadata, and data where there is some (WHM API 1, "Return Data").
 *
 * @param result 1 or 0, always a number: @cpanel/api loses the reason of a failure that says "0"
 * @param more further metadata: server, chunk and filter
 */
public record Envelope(
    String command, int result, String reason, Data.Hash more, Optional<Data.Hash> data) {

  static Envelope of(String command, Answer answer) {
    return new Envelope(
        command, answer.result(), answer.reason(), answer.metadata(), answer.data());
  }

  public static Envelope failure(String command, String reason) {
    return new Envelope(command, 0, reason, Data.hash(), Optional.empty());
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
