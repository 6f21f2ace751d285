package dev.latchkey.audit;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The time in a request id: its milliseconds since 1970 in base 36 and a low line stand before what makes the id unique, so
 * that what a call has written is found without an index and without reading what came before.
 */
public final class RequestTime {
  private static final int BASE = 36;
  private static final Pattern FORM =
      Pattern.compile("(([0-9a-z]{8})_[A-Za-z0-9=_-]{8,64})((?:[.+][!-~]{1,80})?)");

  private RequestTime() {}

  /** @param unique of the characters A to Z, a to z, 0 to 9, {@code =}, {@code _} and {@code -} */
  public static String with(Instant at, String unique) {
    return "%8s_%s".formatted(Long.toString(at.toEpochMilli(), BASE), unique).replace(' ', '0');
  }

  /** When the call with this id arrived; empty where it is an id of an earlier release, or none. */
  public static Optional<Instant> of(String request) {
    return Optional.of(FORM.matcher(request))
        .filter(Matcher::matches)
        .map(parts -> Instant.ofEpochMilli(Long.parseLong(parts.group(2), BASE)));
  }

  /** The call's own id: a command of a batch has its number behind it, and so has a further change. */
  public static String ofCall(String request) {
    var parts = FORM.matcher(request);
    return parts.matches() ? parts.group(1) : request;
  }

  /** Whether an id is this call's, or of a command or a further change of it. */
  static boolean isOf(String id, String call) {
    return id.equals(call) || id.startsWith(call + ".") || id.startsWith(call + "+");
  }
}
