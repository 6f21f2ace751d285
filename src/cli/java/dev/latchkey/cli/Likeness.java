package dev.latchkey.cli;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Which word was meant by one that does not exist. */
final class Likeness {
  private static final int LETTERS_TO_A_MISTAKE = 4;

  private Likeness() {}

  /** The nearest one, with at most one mistake in four letters. */
  static Optional<String> of(String written, Stream<String> words) {
    var most = Math.max(1, written.length() / LETTERS_TO_A_MISTAKE);
    return words
        .filter(word -> Math.abs(word.length() - written.length()) <= most)
        .filter(word -> mistakes(written, word) <= most)
        .min(Comparator.comparingInt(word -> mistakes(written, word)));
  }

  /** Letters that are wrong, missing, too much, or in the place of their neighbor. */
  private static int mistakes(String one, String other) {
    var table = new int[one.length() + 1][other.length() + 1];
    for (var i = 0; i <= one.length(); i++) {
      for (var j = 0; j <= other.length(); j++) {
        table[i][j] = i == 0 || j == 0 ? i + j : least(table, one, other, i, j);
      }
    }
    return table[one.length()][other.length()];
  }

  private static int least(int[][] table, String one, String other, int i, int j) {
    var same = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
    var least =
        Math.min(table[i - 1][j - 1] + same, Math.min(table[i - 1][j], table[i][j - 1]) + 1);
    var swapped = i > 1
        && j > 1
        && one.charAt(i - 1) == other.charAt(j - 2)
        && one.charAt(i - 2) == other.charAt(j - 1);
    return swapped ? Math.min(least, table[i - 2][j - 2] + 1) : least;
  }
}
