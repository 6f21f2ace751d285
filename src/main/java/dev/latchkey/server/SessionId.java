package dev.latchkey.server;

import dev.latchkey.text.Quoted;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Names one session of a server for good: the beginning of the boot id, the process and when it started. */
public record SessionId(String value) {
  /** Of one call. */
  public static final int MOST = 50;

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{8}-[0-9]{1,10}-[0-9]{1,20}");

  /**
   * @param text ids, separated by commas
   * @throws IllegalArgumentException that names the one that is wrong
   */
  public static List<SessionId> parseAll(String text) {
    var ids =
        Arrays.stream(text.split(",", -1)).map(SessionId::parse).distinct().toList();
    if (ids.size() > MOST) {
      throw new IllegalArgumentException(
          "names " + ids.size() + " sessions; name at most " + MOST + " in one call.");
    }
    return ids;
  }

  private static SessionId parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text)
              + "” is not the id of a session; a refused revoke lists them in “unattributed”, such as 1f0c2d3e-4711-123456.");
    }
    return new SessionId(text);
  }

  @Override
  public String toString() {
    return value;
  }
}
