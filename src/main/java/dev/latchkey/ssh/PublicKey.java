package dev.latchkey.ssh;

import dev.latchkey.text.Quoted;
import dev.latchkey.text.Sha256;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A public SSH key (RFC 4253 section 6.6; one line of sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). Of what is given only the
 * type and the blob count; keys are told apart by them, never by the comment.
 *
 * @param blob the key itself in Base64
 * @param comment what stood after it, with only harmless characters; empty for none
 */
public record PublicKey(String type, String blob, String comment) {
  private static final int MOST_CHARACTERS = 8192;
  private static final String DSA = "ssh-dss";
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final Pattern SPACES = Pattern.compile("[ \\t]+");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]+={0,2}");
  private static final Pattern UNFIT_FOR_COMMENT = Pattern.compile("[^A-Za-z0-9@._+ -]");
  private static final int MOST_COMMENT = 100;

  /** Longer than the name of any type that OpenSSH has. */
  private static final int LONGEST_SHOWN = 45;

  /** Servers know the lines of grants by it, and refuse it in a line that is none. */
  static final String OUR_COMMENT = "latchkey-ticket-";

  /** More blanks than any key has plus signs. */
  private static final int MOST_BLANKS = 100;

  /** @throws IllegalArgumentException that says what is wrong with it, and what would be right */
  public static PublicKey parse(String text) {
    var stripped = text.strip();
    var line = stripped.startsWith(BYTE_ORDER_MARK) ? stripped.substring(1).strip() : stripped;
    if (line.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("has more than " + MOST_CHARACTERS + " characters.");
    }
    ForeignKeyFormat.of(line).ifPresent(format -> {
      throw new IllegalArgumentException(format.sentence());
    });
    if (line.contains("\n") || line.contains("\r")) {
      throw new IllegalArgumentException("has more than one line; " + mendedLines(line));
    }
    var words = SPACES.split(line, 3);
    for (var word : List.of(words).subList(0, Math.min(2, words.length))) {
      StrayCharacter.refuse(word);
    }
    refuseType(words[0]);
    if (words.length < 2) {
      throw new IllegalArgumentException("has no Base64 after its type “" + words[0] + "”.");
    }
    refuseBlob(
        words[0], text.substring(text.indexOf(words[0]) + words[0].length()).stripLeading());
    return new PublicKey(words[0], words[1], words.length == 3 ? comment(words[2]) : "");
  }

  /** Whether it is, or holds, a private key in any form that is known by its beginning. */
  public static boolean isPrivate(String text) {
    return ForeignKeyFormat.of(text.strip()).filter(ForeignKeyFormat::isPrivate).isPresent();
  }

  /** Also in the format of RFC 4716, in which PuTTYgen saves public keys. */
  public static PublicKey parseSaved(String text) {
    return parse(Ssh2File.isIn(text) ? Ssh2File.parse(text).asLine() : text);
  }

  private static String comment(String given) {
    var fit = UNFIT_FOR_COMMENT.matcher(given).replaceAll("").strip();
    return fit.startsWith(OUR_COMMENT)
        ? ""
        : fit.substring(0, Math.min(MOST_COMMENT, fit.length())).strip();
  }

  private static void refuseType(String type) {
    if (type.equals(DSA)) {
      throw new IllegalArgumentException(
          "is a DSA key, which OpenSSH no longer accepts; use ssh-ed25519.");
    }
    if (type.length() > LONGEST_SHOWN) {
      // Perhaps the Base64 of a private key: it must not stand in a sentence.
      throw new IllegalArgumentException("begins with a word of " + type.length()
          + " characters, which is not a type of key; use “ssh-ed25519 AAAA… comment”.");
    }
    if (!KeyBlob.TYPES.contains(type)) {
      throw new IllegalArgumentException(
          "begins with “" + Quoted.of(type)
              + "”, which is not a type of key; use “ssh-ed25519 AAAA… comment”, without options before it.");
    }
  }

  /** @param rest what stands after the type, the comment included */
  private static void refuseBlob(String type, String rest) {
    var blob = SPACES.split(rest, 2)[0];
    if (!BASE64.matcher(blob).matches()) {
      throw new IllegalArgumentException(
          "has a character in its Base64 other than A-Z, a-z, 0-9, + and /; copy the whole line of the .pub file again.");
    }
    try {
      KeyBlob.refuse(type, blob);
    } catch (IllegalArgumentException e) {
      throw hasBlanksForPlusSigns(type, rest)
          ? new IllegalArgumentException(
              "has blanks where its Base64 has “+”: a + must be sent as %2B, or it arrives as a blank.")
          : e;
    }
  }

  private static boolean hasBlanksForPlusSigns(String type, String rest) {
    var end = rest.indexOf(' ');
    for (var blanks = 0; end >= 0 && blanks < MOST_BLANKS; blanks++) {
      // The blank may be the last character of the key, or stand inside of it.
      var next = rest.indexOf(' ', end + 1);
      var upToNext =
          rest.substring(0, next < 0 ? rest.length() : next).replace(' ', '+').strip();
      if (isWhole(type, rest.substring(0, end + 1).replace(' ', '+')) || isWhole(type, upToNext)) {
        return true;
      }
      end = next;
    }
    return false;
  }

  private static boolean isWhole(String type, String blob) {
    try {
      KeyBlob.refuse(type, blob);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** What makes one line of several. */
  private static String mendedLines(String text) {
    var keys = text.lines()
        .filter(line -> KeyBlob.TYPES.contains(SPACES.split(line.strip(), 2)[0]))
        .count();
    if (keys > 1) {
      return "give one of its " + keys + " keys.";
    }
    var lines =
        text.lines().map(String::strip).filter(Predicate.not(String::isEmpty)).toList();
    var rest = String.join("", lines.subList(1, lines.size()));
    var isWrapped = Stream.of("", " ")
        .map(gap -> lines.get(0) + gap + rest)
        .anyMatch(one -> problem(one).isEmpty());
    return isWrapped
        ? "the key is wrapped: give it as one line, without the line breaks."
        : "give one key.";
  }

  private static Optional<String> problem(String text) {
    try {
      parse(text);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Why servers do not take it, as only a key can have that was stored before they were judged so; a sentence. */
  public Optional<String> problem() {
    return problem(line());
  }

  /** Reads what {@link #line} wrote, whenever that was: what is stored stays readable, however keys are judged today. */
  public static PublicKey ofLine(String line) {
    var words = line.split(" ", 2);
    return new PublicKey(words[0], words[1], "");
  }

  /** Type and blob, as a line of authorized_keys ends. */
  public String line() {
    return type + " " + blob;
  }

  public String lineWithComment() {
    return comment.isEmpty() ? line() : line() + " " + comment;
  }

  /** As {@code ssh-keygen -l} prints it: {@code SHA256:…}. */
  public String fingerprint() {
    var digest = Sha256.of(Base64.getDecoder().decode(blob));
    return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
  }

  /** As {@code ssh-keygen -l -E md5} prints it after {@code MD5:}, and WHM alone: sixteen bytes, such as {@code 1f:c0:…}. */
  public String md5() {
    try {
      var digest = MessageDigest.getInstance("MD5").digest(Base64.getDecoder().decode(blob));
      return HexFormat.ofDelimiter(":").formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
