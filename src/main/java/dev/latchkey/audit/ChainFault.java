package dev.latchkey.audit;

import java.util.Locale;

/**
 * The first thing in a chain that is not as it was sealed.
 *
 * @param seal the number of the seal where it shows
 * @param place the place of the entry that it is about; empty where it is about the seal itself
 * @param sentence what is wrong, for people
 */
public record ChainFault(Kind kind, long seal, String place, String sentence) {
  /** What is wrong. */
  public enum Kind {
    /** Its text is another one. */
    CHANGED,
    /** It is not there any more. */
    DELETED,
    /** It stands at the place of another one. */
    REORDERED,
    /** Nothing says that it was there when it was sealed. */
    INSERTED,
    /** The end of the chain is not there any more. */
    TRUNCATED,
    /** The signature of a seal is not one of it, or not by the key that it names. */
    SIGNATURE,
    /** The chain goes on from there in another way than the head from outside says. */
    FORKED;

    /** As answers have it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static ChainFault of(Kind kind, long seal, String sentence) {
    return new ChainFault(kind, seal, "", sentence);
  }

  static ChainFault ofEntry(Kind kind, long seal, String place, String sentence) {
    return new ChainFault(kind, seal, place, sentence);
  }
}
