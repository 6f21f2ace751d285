package dev.latchkey.access;

import java.util.regex.Pattern;

/**
 * A caller's text inside a sentence: cut, and without characters that could break a line of the log or steer the terminal
 * that shows it.
 */
public final class Quoted {
  private static final int MOST = 80;
  private static final Pattern STEERING = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]");

  private Quoted() {}

  public static String of(String text) {
    return STEERING.matcher(cut(text)).replaceAll("\uFFFD");
  }

  private static String cut(String text) {
    if (text.length() <= MOST) {
      return text;
    }
    // Never between the two halves of a character.
    return text.substring(0, Character.isHighSurrogate(text.charAt(MOST - 1)) ? MOST - 1 : MOST)
        + "…";
  }
}
