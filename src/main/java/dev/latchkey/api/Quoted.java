package dev.latchkey.api;

/** A caller's text inside a reason: cut, and without characters that could break a line of the log. */
public final class Quoted {
  private static final int MOST = 80;

  private Quoted() {}

  public static String of(String text) {
    var cut = text.length() > MOST ? text.substring(0, MOST) + "…" : text;
    return cut.replaceAll("\\p{Cntrl}", "\uFFFD");
  }
}
