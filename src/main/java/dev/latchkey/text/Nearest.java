package dev.latchkey.text;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;

/** The name that somebody may have meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * The one with the least distance.
   *
   * @param names at least one
   */
  public static String to(String misspelled, Collection<String> names) {
    return names.stream()
        .min(Comparator.comparingInt(name -> distance(name, misspelled)))
        .orElseThrow();
  }

  /** The number of letters to insert, delete, replace, or swap with the next one (Levenshtein, Damerau). */
  public static int distance(String a, String b) {
    var before = new int[b.length() + 1];
    var last = new int[b.length() + 1];
    var row = new int[b.length() + 1];
    Arrays.setAll(last, i -> i);
    for (var i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (var j = 1; j <= b.length(); j++) {
        var same = a.charAt(i - 1) == b.charAt(j - 1);
        row[j] = Math.min(last[j - 1] + (same ? 0 : 1), 1 + Math.min(last[j], row[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      var free = before;
      before = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
