package dev.latchkey.ssh;

import dev.latchkey.access.AddressRange;
import dev.latchkey.text.Quoted;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Options of one line of authorized_keys (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). Only those that narrow what a key may
 * do, or give back a part of what {@code restrict} took, and only in a form that sshd takes: it refuses a whole line for one
 * wrong option.
 *
 * @param text as they stand in the line, separated by commas
 */
public record KeyOptions(String text) {
  private static final Set<String> WORDS = new TreeSet<>(Set.of(
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
      "verify-required"));

  private static final Pattern FROM = Pattern.compile("from=\"([0-9A-Fa-f.:/,]{2,1000})\"");
  private static final Pattern EXPIRY =
      Pattern.compile("expiry-time=\"([0-9]{8}(?:[0-9]{4}(?:[0-9]{2})?)?)Z?\"");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withResolverStyle(ResolverStyle.STRICT);

  public static final String ALLOWED =
      String.join(", ", WORDS) + ", from=\"ADDRESSES\", expiry-time=\"YYYYMMDD\"";

  /** @throws IllegalArgumentException that names the one that is not allowed, and what would be right */
  public static KeyOptions parse(String text) {
    var froms = 0;
    var expiries = 0;
    for (var option : split(text)) {
      var from = FROM.matcher(option);
      var expiry = EXPIRY.matcher(option);
      if (from.matches()) {
        froms++;
        for (var address : from.group(1).split(",", -1)) {
          checkAddress(address);
        }
      } else if (expiry.matches()) {
        expiries++;
        time(expiry.group(1));
      } else if (!WORDS.contains(option)) {
        throw new IllegalArgumentException(
            "“" + Quoted.of(option) + "” is not allowed; allowed are " + ALLOWED + ".");
      }
    }
    if (froms > 1 || expiries > 1) {
      throw new IllegalArgumentException((froms > 1 ? "from=" : "expiry-time=")
          + " is given twice, and sshd refuses such a line; give it once"
          + (froms > 1 ? ", with all addresses separated by commas." : "."));
    }
    return new KeyOptions(text);
  }

  /** When the key is to end by these options; the earliest that sshd could mean, as it reads its own time zone without Z. */
  public Optional<Instant> expiry() {
    return split(text).stream()
        .map(EXPIRY::matcher)
        .filter(Matcher::matches)
        .map(expiry -> time(expiry.group(1)))
        .findFirst();
  }

  /** As sshd's own reader has it: without a prefix length, or the first address of a block. */
  private static void checkAddress(String text) {
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

  private static Instant time(String digits) {
    try {
      return LocalDateTime.parse((digits + "000000").substring(0, 14), TIME)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expiry-time=: “" + digits
              + "” is no date; use YYYYMMDD or YYYYMMDDHHMM, with Z for UTC.",
          e);
    }
  }

  /** At the commas outside of quotes. */
  private static List<String> split(String text) {
    var options = new ArrayList<String>();
    var from = 0;
    var quoted = false;
    for (var i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '"') {
        quoted = !quoted;
      } else if (text.charAt(i) == ',' && !quoted) {
        options.add(text.substring(from, i));
        from = i + 1;
      }
    }
    options.add(text.substring(from));
    return options;
  }
}
