package dev.latchkey.reseller;

import dev.latchkey.data.Data;
import java.util.List;
import java.util.function.UnaryOperator;

/** What WHM API 0 answers to a change: one result ("WHM API 0 Functions – setacls"). Billing panels ask for it. */
final class DoneInApiZero {
  private DoneInApiZero() {}

  /** @param more what it says of the data besides; a dry run has done nothing, and its data stay as they are */
  static UnaryOperator<Data.Hash> saying(String message, UnaryOperator<Data.Hash> more) {
    return data -> data.get("dry_run").isPresent()
        ? data
        : Data.hash()
            .with(
                "result",
                new Data.Sequence(List.of(Data.hash()
                    .with("status", 1)
                    .with("statusmsg", message)
                    .with(more.apply(data)))));
  }
}
