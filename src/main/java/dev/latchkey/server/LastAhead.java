package dev.latchkey.server;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whose servers were ahead of the table last, the newest first. One owner may have set the numbers of all their servers;
 * several at once speak for a table that was restored. Three owners, each with the last time, are all that the question
 * needs, however many servers are ahead.
 */
record LastAhead(List<Seen> last) {
  private static final int OWNERS = 3;
  private static final Duration TOGETHER = Duration.ofHours(1);

  static final LastAhead NONE = new LastAhead(List.of());

  LastAhead {
    last = List.copyOf(last);
  }

  record Seen(String owner, Instant at) {}

  LastAhead and(String owner, Instant now) {
    return new LastAhead(Stream.concat(
            Stream.of(new Seen(owner, now)),
            last.stream().filter(seen -> !seen.owner().equals(owner)))
        .limit(OWNERS)
        .toList());
  }

  /** Whether they were within an hour. */
  boolean isOfSeveral(Instant now) {
    return last.size() == OWNERS
        && last.stream().noneMatch(seen -> seen.at().isBefore(now.minus(TOGETHER)));
  }
}
