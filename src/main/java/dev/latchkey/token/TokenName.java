package dev.latchkey.token;

import dev.latchkey.text.Quoted;
import dev.latchkey.text.TokenText;
import java.util.regex.Pattern;

/** A token's name, unique among its user's: 1 to 50 letters, digits, dashes and underscores (WHM, api_token_create). */
record TokenName(String value) {
  static final int MOST = 50;

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1," + MOST + "}");

  /** @throws IllegalArgumentException that says what would be right */
  static TokenName parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("“" + Quoted.of(text)
          + "” is not a valid token name; use 1 to " + MOST + " of A-Z, a-z, 0-9, “-” and “_”.");
    }
    if (!TokenText.hide(text).equals(text)) {
      throw new IllegalArgumentException(
          "this is the value of a token, not a name; api_token_list shows the names.");
    }
    return new TokenName(text);
  }

  @Override
  public String toString() {
    return value;
  }
}
