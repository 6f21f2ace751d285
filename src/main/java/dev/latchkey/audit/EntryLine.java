package dev.latchkey.audit;

import dev.latchkey.text.Sha256;
import java.util.List;
import java.util.Optional;

/**
 * An audit entry as it is hashed, exported and streamed: all that its item has, whatever release wrote it, as one line of
 * {@link dev.latchkey.data.CanonicalJson}.
 *
 * @param place the sort key of its item
 * @param tickets which tickets its change is about; empty where it does not say so
 * @param isOfCalls whether it is of calls that changed nothing, which do not say it either
 */
public record EntryLine(
    String place, String text, Optional<List<String>> tickets, boolean isOfCalls) {
  boolean isAbout(long ticket) {
    return tickets.filter(all -> all.contains(Long.toString(ticket))).isPresent();
  }

  /** Whether it is a change of a release that noted no tickets, so that nobody knows. */
  boolean isUnmarked() {
    return tickets.isEmpty() && !isOfCalls;
  }

  /** SHA-256 of its bytes in UTF-8, in hexadecimal. */
  public String hash() {
    return Sha256.hex(text);
  }
}
