package dev.latchkey.audit;

import dev.latchkey.data.CanonicalJson;
import dev.latchkey.data.Data;
import dev.latchkey.store.Item;
import java.util.List;

/** What the tables of this room know of the item of an audit entry. */
final class AuditItem {
  static final String PARTITION = "A#";

  /** The tickets that a change is about, with a blank between them; entries of an earlier release do not have it. */
  static final String TICKETS = "tickets";

  private AuditItem() {}

  /** @param item of the partition {@code A#user} */
  static EntryLine line(Item item) {
    var line = Data.hash().with("line", "entry");
    for (var attribute : item.attributes().entrySet()) {
      var value = attribute.getValue();
      line = switch (attribute.getKey()) {
        case "pk" -> line.with("user", value.s().substring(PARTITION.length()));
        case "sk" -> line.with("place", value.s());
        default ->
          line.with(
              attribute.getKey(),
              value.n() != null ? Data.number(Long.parseLong(value.n())) : Data.text(value.s()));
      };
    }
    return new EntryLine(
        item.getText("sk"),
        CanonicalJson.write(line),
        item.find(TICKETS).map(tickets -> List.of(tickets.s().split(" "))),
        item.find("kind").isPresent());
  }
}
