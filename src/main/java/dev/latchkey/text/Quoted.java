package dev.latchkey.text;

import java.util.regex.Pattern;

/**
 * A caller's text inside a sentence: cut, without tokens, and without characters that could break a line of the log or steer
 * the terminal that shows it.
 */
public final class Quoted {
  private static final int MOST = 80;
  private static final int MOST_OF_A_SENTENCE = 400;
  private static final int MOST_OF_A_REFUSAL = 2_000;

  /**
   * What is further away than that many times the cut never comes into the sentence: 64 characters of a secret become 11. So
   * nothing looks for secrets in all of a long text, and half a secret at the end of what is looked at is cut off.
   */
  private static final int SHRINKING = 16;

  private static final Pattern STEERING = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]");

  private Quoted() {}

  public static String of(String text) {
    return of(text, MOST);
  }

  /** A whole sentence of somebody else's, such as a server's. */
  public static String sentence(String text) {
    return of(text, MOST_OF_A_SENTENCE);
  }

  /** A refusal of a server's that lists what stands there, line by line. */
  public static String refusal(String text) {
    return of(text, MOST_OF_A_REFUSAL);
  }

  private static String of(String text, int most) {
    var near = text.substring(0, Math.min(text.length(), SHRINKING * most));
    return STEERING.matcher(cut(TokenText.hide(near), most)).replaceAll("\uFFFD");
  }

  private static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    // Never between the two halves of a character.
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most)
        + "…";
  }
}
