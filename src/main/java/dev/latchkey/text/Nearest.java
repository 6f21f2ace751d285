package dev.latchkey.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/** The name that somebody may have meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * The one with the least distance, which is the number of letters to insert, delete or replace (Levenshtein).
   *
   * @param names at least one
   */
  public static String to(String misspelled, Collection<String> names) {
    return names.stream()
        .min(Comparator.comparingInt(name -> distance(name, misspelled)))
        .orElseThrow();
  }

  /** Levenshtein's distance, over one row of his table. */
  private static int distance(String a, String b) {
    var row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (var i = 1; i <= a.length(); i++) {
      var diagonal = row[0];
      row[0] = i;
      for (var j = 1; j <= b.length(); j++) {
        var replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
