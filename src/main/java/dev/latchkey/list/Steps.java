package dev.latchkey.list;

import dev.latchkey.api.WhmFailure;

/**
 * The characters that the filters and sort keys of one call may read, those of all its commands where it is a batch: its
 * lists may be long, and each filter reads them all.
 */
public final class Steps {
  public static final int MOST = 2_000_000;

  private int left = MOST;

  /** @throws WhmFailure when it would be more than {@link #MOST} */
  String read(String text) {
    left -= Math.min(left + 1, text.length() + 1);
    if (left < 0) {
      throw WhmFailure.refused(
          "api.filter and api.sort would read more than " + MOST
              + " characters of the lists of this call; give fewer filters and sort keys, name a field instead of *, or ask for a shorter list.");
    }
    return text;
  }
}
