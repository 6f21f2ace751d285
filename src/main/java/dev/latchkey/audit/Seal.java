package dev.latchkey.audit;

import dev.latchkey.text.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A link of the chain of one user: which entries there were, and the seal before it. Whoever knows the hash of one seal can
 * tell of every entry up to it whether it is as it was.
 *
 * @param number from 1, without a gap
 * @param previous the hash of the seal before it; {@link #NONE} for the first
 * @param table the table's name: a restored table has another one, and the chain says so
 * @param high the greatest place of an entry that this seal or one before it covers
 * @param covered in the order of their places, {@value #MOST} at most
 * @param text its line, which is hashed, stored and exported
 */
public record Seal(
    String user,
    long number,
    String previous,
    Instant at,
    String table,
    String high,
    List<Covered> covered,
    String text) {
  /** DynamoDB takes 100 items in a transaction: the seal, what is to be signed and streamed, and a mark of each entry. */
  public static final int MOST = 90;

  /** In place of the hash of the seal before the first one. */
  public static final String NONE = "0".repeat(64);

  /** @param hash of the entry's line; {@link #GONE} if it was not there any more */
  public record Covered(String place, String hash) {
    /** An entry whose mark was there when it was sealed, and which was not. */
    public static final String GONE = "";

    /** Whether what is there is the entry that was sealed, as it was. */
    boolean isOf(Optional<EntryLine> found) {
      return found.filter(entry -> entry.hash().equals(hash)).isPresent();
    }
  }

  /** SHA-256 of its line in UTF-8, in hexadecimal. */
  public String hash() {
    return Sha256.hex(text);
  }
}
