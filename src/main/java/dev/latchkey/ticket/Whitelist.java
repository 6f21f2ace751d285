package dev.latchkey.ticket;

import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.server.Observation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the functions for the firewall have in common: WHM's shape, and what is told beside it where there is something. */
final class Whitelist {
  static final List<Field> REMARKS =
      TicketData.REMARKS.stream().map(Field::optional).toList();

  private Whitelist() {}

  static Data.Hash data(String status) {
    return Data.hash().with("chain_status", status);
  }

  /** WHM has none of it here, so that an answer without remarks is WHM's own. */
  static Data.Hash remarks(Stream<String> sentences, Optional<Observation> stated) {
    var all = sentences.toList();
    var remarks = TicketData.remarks(all.stream(), stated);
    return all.isEmpty() ? remarks.without("non_fatals") : remarks;
  }

  /** How many grants stand, as the beginning of a sentence. */
  static String standing(int grants) {
    return grants == 1 ? "1 grant stands" : grants + " grants stand";
  }
}
