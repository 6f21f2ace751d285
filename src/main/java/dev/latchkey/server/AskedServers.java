package dev.latchkey.server;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * The servers that {@code api.server} names.
 *
 * @param names in the order of the call; empty for all that the caller may use
 */
public record AskedServers(List<ServerName> names) {
  /** Of one call: as many as one command of Systems Manager has nodes. */
  public static final int MOST = 50;

  private static final String ALL = "*";

  /** @throws IllegalArgumentException that says what would be right */
  public static AskedServers parse(String text) {
    if (text.equals(ALL)) {
      return new AskedServers(List.of());
    }
    var parts = text.split(",", -1);
    if (parts.length > MOST) {
      throw new IllegalArgumentException(
          "it names " + parts.length + " servers, and " + MOST + " are the most of one call.");
    }
    var names = Arrays.stream(parts).map(ServerName::parse).toList();
    var seen = new HashSet<ServerName>();
    names.stream().filter(name -> !seen.add(name)).findFirst().ifPresent(name -> {
      throw new IllegalArgumentException("it names “" + name + "” twice.");
    });
    return new AskedServers(names);
  }

  public boolean isAll() {
    return names.isEmpty();
  }

  /** Whether it is another form than the name of one server. */
  boolean areMany() {
    return names.size() != 1;
  }
}
