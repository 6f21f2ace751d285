package dev.latchkey.ssh;

import dev.latchkey.access.AddressRange;
import dev.latchkey.text.Quoted;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Options of one line of authorized_keys (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). Only those that narrow what a key may
 * do, or give back a part of what {@code restrict} took, and only in a form that sshd takes: it passes over a whole line
 * for one wrong option. The agent's {@code keyoptions.py} is the same rule.
 *
 * @param text as they stand in the line, separated by commas; empty for none
 */
public record KeyOptions(String text) {
  private static final Set<String> WORDS = words(
      "restrict",
      "pty",
      "no-pty",
      "port-forwarding",
      "no-port-forwarding",
      "agent-forwarding",
      "no-agent-forwarding",
      "X11-forwarding",
      "no-X11-forwarding",
      "user-rc",
      "no-user-rc",
      "no-touch-required",
      "verify-required");

  private static final String FROM = "from";
  private static final String EXPIRY_TIME = "expiry-time";
  private static final int MOST = 2_000;

  private static final Pattern OPTION =
      Pattern.compile("([A-Za-z0-9-]+)(?:=\"([^\"\\\\]*)\")?(?:,(?=[^,])|\\z)");
  private static final Pattern UP_TO_COMMA = Pattern.compile("(?:\"[^\"]*+\"?|[^\",]++)*+");
  private static final Pattern NAME_OR_PATTERN = Pattern.compile("[*?!g-zG-Z]");
  private static final Pattern EXPIRY = Pattern.compile("([0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?)(Z?)");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withResolverStyle(ResolverStyle.STRICT);

  /** A time without Z is of the server's zone, which is at most so far from UTC. */
  public static final Duration WIDEST_ZONE = Duration.ofHours(14);

  public static final String ALLOWED =
      String.join(", ", WORDS) + ", from=\"ADDRESSES\", expiry-time=\"YYYYMMDD\"";

  /** @throws IllegalArgumentException that names the one that is not allowed, and what would be right */
  public static KeyOptions parse(String text) {
    if (text.length() > MOST) {
      throw new IllegalArgumentException(
          "at most 2,000 characters are taken; there are " + text.length() + ".");
    }
    var values = values(text);
    if (values.containsKey(FROM)) {
      for (var address : values.get(FROM).split(",", -1)) {
        checkAddress(address);
      }
    }
    if (values.containsKey(EXPIRY_TIME)) {
      time(values.get(EXPIRY_TIME));
    }
    return new KeyOptions(text);
  }

  /** When the key is to end by these options, where they say it in UTC. */
  public Optional<Instant> expiry() {
    return end().filter(KeyOptions::isUtc).map(KeyOptions::time);
  }

  /** The end that they say without Z: it is of the server's own time zone, so that the server alone knows the moment. */
  public Optional<String> localExpiry() {
    return end().filter(end -> !isUtc(end));
  }

  /** Whether the key has ended by these options, in whatever time zone the server is. */
  public boolean isOver(Instant now) {
    return end()
        .map(end -> isUtc(end) ? time(end) : time(end).plus(WIDEST_ZONE))
        .filter(end -> !end.isAfter(now))
        .isPresent();
  }

  private Optional<String> end() {
    return Optional.ofNullable(values(text).get(EXPIRY_TIME));
  }

  private static boolean isUtc(String end) {
    return end.endsWith("Z");
  }

  /** Those that have one; sshd compares the names without case. */
  private static Map<String, String> values(String text) {
    var values = new HashMap<String, String>();
    var option = OPTION.matcher(text);
    for (var at = 0; at < text.length(); at = option.end()) {
      if (!option.region(at, text.length()).lookingAt() || !isAllowed(option)) {
        throw notAllowed(text.substring(at));
      }
      var name = option.group(1).toLowerCase(Locale.ROOT);
      if (option.group(2) != null && values.put(name, option.group(2)) != null) {
        throw new IllegalArgumentException(name + "= is given twice; give it once.");
      }
    }
    return values;
  }

  private static boolean isAllowed(Matcher option) {
    var name = option.group(1);
    return option.group(2) == null
        ? WORDS.contains(name)
        : name.equalsIgnoreCase(FROM) || name.equalsIgnoreCase(EXPIRY_TIME);
  }

  private static IllegalArgumentException notAllowed(String rest) {
    var option = UP_TO_COMMA.matcher(rest);
    var named = option.lookingAt() && option.end() > 0 ? option.group() : ",";
    return new IllegalArgumentException(
        "“" + Quoted.of(named) + "” is not allowed; allowed are " + ALLOWED + ".");
  }

  /** As sshd's own reader has it: without a prefix length, or the first address of a block. */
  private static void checkAddress(String text) {
    if (NAME_OR_PATTERN.matcher(text).find()) {
      throw new IllegalArgumentException(
          "from=: “"
              + Quoted.of(text)
              + "”: addresses and networks alone are taken, neither names nor patterns; use 192.0.2.1 or 192.0.2.0/24.");
    }
    var range = AddressRange.parse(text);
    var slash = text.indexOf('/');
    var single = AddressRange.parse(slash < 0 ? text : text.substring(0, slash));
    var isFirst = network(single.cidr()).equals(network(range.cidr()));
    var isMapped = text.contains(":") && !range.cidr().contains(":");
    if (!isFirst || isMapped) {
      throw new IllegalArgumentException("from=: “" + Quoted.of(text)
          + "” never matches in sshd; use “" + (slash < 0 ? network(range.cidr()) : range.cidr())
          + "”.");
    }
  }

  private static String network(String cidr) {
    return cidr.substring(0, cidr.indexOf('/'));
  }

  private static Instant time(String text) {
    try {
      var expiry = EXPIRY.matcher(text);
      var digits = expiry.matches() ? expiry.group(1) : "";
      return LocalDateTime.parse((digits + "000000").substring(0, 14), TIME)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "expiry-time=: “" + Quoted.of(text)
              + "” is not a date; use YYYYMMDD or YYYYMMDDHHMM, with Z for UTC.",
          e);
    }
  }

  private static Set<String> words(String... words) {
    var all = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    all.addAll(Set.of(words));
    return all;
  }
}
