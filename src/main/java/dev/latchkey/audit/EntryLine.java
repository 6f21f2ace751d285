package dev.latchkey.audit;

import dev.latchkey.text.Sha256;

/**
 * An audit entry as it is hashed, exported and streamed: all that its item has, whatever release wrote it, as one line of
 * {@link dev.latchkey.data.CanonicalJson}.
 *
 * @param place the sort key of its item
 */
public record EntryLine(String place, String text) {
  /** SHA-256 of its bytes in UTF-8, in hexadecimal. */
  public String hash() {
    return Sha256.hex(text);
  }
}
