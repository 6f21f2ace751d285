package dev.latchkey.api;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the first call with a key, for a repeat of it: that it was done and how far, and not what it answered.
 *
 * @param request its request id
 * @param steps what it has done, such as the names of servers; {@link #WHOLE} for a call of one step, {@link #NOTHING} for
 *     one that found nothing to do
 * @param made the ids of what it made, which its arguments do not tell
 * @param server the server that it chose where none was named; empty where it chose none
 */
public record Stamp(
    String request, Instant at, Set<String> steps, List<String> made, Optional<String> server) {
  /** The step of a call that changes one thing. */
  public static final String WHOLE = "whole";

  /** The step that comes after {@link #WHOLE}. */
  public static final String AGAIN = "again";

  /** In place of a step: all was as it was asked for. */
  public static final String NOTHING = "nothing";

  /** Of the metadata of a repeat's answer. */
  public static final Field REPEATED = Field.text(
          "repeated",
          "The request id of the first call with the same key, whose repeat this is (an extension); left out of any other.")
      .optional();

  public Stamp {
    steps = Set.copyOf(steps);
    made = List.copyOf(made);
  }

  public boolean did(String step) {
    return steps.contains(step);
  }

  /** Whether nothing more of it may be done by a repeat. */
  public boolean forbids(List<String> more) {
    return did(NOTHING) || more.stream().anyMatch(this::did);
  }

  public Stamp and(List<String> more) {
    var all = new HashSet<>(steps);
    all.addAll(more);
    return new Stamp(request, at, all, made, server);
  }

  /**
   * What a repeat is refused with where what the first call did is not there any more, or cannot be shown.
   *
   * @param since what is to be said of it, a sentence
   */
  public WhmFailure over(String since) {
    return WhmFailure.refused("Request " + request + " did this at " + at
        + ", and under this key it is not done again. " + since);
  }

  /** The same where nothing more is known. */
  public WhmFailure over() {
    return over("It may have been changed since; look, or use another key to do it anew.");
  }
}
