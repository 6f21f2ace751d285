package dev.latchkey.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what a server states of its cPHulk: what is no address or out of range is not there. */
final class StatedHulkReader {
  private static final Pattern ADDRESSES = Pattern.compile("[0-9A-Fa-f:./-]{2,100}");

  private StatedHulkReader() {}

  static StatedHulk read(StatementFields from) {
    return new StatedHulk(
        from.statedFlag("enabled"),
        byAddress(from, "entries", "comment"),
        from.text("next").filter(StatedHulkReader::isAddress),
        count(from, "strange").orElse(0L),
        addresses(from, "added"),
        addresses(from, "removed"),
        byAddress(from, "failed", "why"),
        count(from, "blocks"),
        count(from, "bans"),
        count(from, "records"),
        from.statedFlag("whitelisted"),
        from.statedFlag("restart_ssh"),
        from.sentence("warning_ssh"));
  }

  private static boolean isAddress(String text) {
    return ADDRESSES.matcher(text).matches();
  }

  private static Optional<Long> count(StatementFields from, String name) {
    return from.number(name).filter(value -> value >= 0 && value <= Server.MOST);
  }

  private static List<String> addresses(StatementFields from, String name) {
    return from.texts(name).stream().filter(StatedHulkReader::isAddress).toList();
  }

  private static Map<String, String> byAddress(StatementFields from, String name, String text) {
    var found = new LinkedHashMap<String, String>();
    for (var entry : from.list(name)) {
      entry
          .text("ip")
          .filter(StatedHulkReader::isAddress)
          .ifPresent(address -> found.put(address, entry.sentence(text).orElse("")));
    }
    return found;
  }
}
