package dev.latchkey.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * Calls of one token in one hour that had no effect, of one kind: they are counted, and become one audit entry when the hour
 * is over.
 *
 * @param about the function, or of a denial its cause
 * @param function the function of the last of them
 * @param why the reason of the last of them; empty for none
 * @param source the address of the last of them
 * @param hour when the hour began
 * @param requests the ids of some of them
 */
public record Occurrence(
    Kind kind,
    String user,
    String tokenId,
    String tokenName,
    String about,
    String function,
    String why,
    String source,
    Instant hour,
    long calls,
    List<String> requests) {
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("uuuuMMddHH").withZone(ZoneOffset.UTC);

  /** Why there is an entry of calls that changed nothing. */
  public enum Kind {
    DENIAL("denied"),
    REFUSAL("refused"),
    READ("answered");

    private final String verb;

    Kind(String verb) {
      this.verb = verb;
    }

    /** As answers have it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Instant hourOf(Instant at) {
    return at.truncatedTo(ChronoUnit.HOURS);
  }

  static String text(Instant hour) {
    return HOUR.format(hour);
  }

  /** When the hour is over, which is the time of its entry. */
  Instant end() {
    return hour.plus(Duration.ofHours(1));
  }

  String sentence() {
    var many = kind.verb + " " + calls + (calls == 1 ? " call" : " calls");
    return why.isEmpty() ? many : many + ": " + why;
  }
}
