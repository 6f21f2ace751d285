package dev.latchkey.ssh;

import dev.latchkey.text.Quoted;
import dev.latchkey.text.Sha256;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A public SSH key (RFC 4253 section 6.6; one line of sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). Of what is given only the
 * type and the blob count; keys are told apart by them, never by the comment.
 *
 * @param blob the key itself in Base64
 * @param comment what stood after it, with only harmless characters; empty for none
 */
public record PublicKey(String type, String blob, String comment) {
  private static final int MOST_CHARACTERS = 8192;
  private static final int LEAST_RSA_BITS = 3072;
  private static final String RSA = "ssh-rsa";
  private static final String DSA = "ssh-dss";
  private static final Set<String> TYPES = Set.of(
      "ssh-ed25519",
      RSA,
      "ecdsa-sha2-nistp256",
      "ecdsa-sha2-nistp384",
      "ecdsa-sha2-nistp521",
      "sk-ssh-ed25519@openssh.com",
      "sk-ecdsa-sha2-nistp256@openssh.com");

  private static final Pattern SPACES = Pattern.compile("[ \\t]+");
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]+={0,2}");
  private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e\\t]*");
  private static final Pattern UNFIT_FOR_COMMENT = Pattern.compile("[^A-Za-z0-9@._+ -]");
  private static final int MOST_COMMENT = 100;

  /** @throws IllegalArgumentException that says what is wrong with it, and what would be right */
  public static PublicKey parse(String text) {
    var line = text.strip();
    if (line.length() > MOST_CHARACTERS) {
      throw new IllegalArgumentException("has more than " + MOST_CHARACTERS + " characters.");
    }
    if (line.contains("PRIVATE KEY")) {
      throw new IllegalArgumentException(
          "is a private key, which must never leave its owner; give the public one, the line of the file that ends in .pub.");
    }
    if (line.contains("\n") || line.contains("\r")) {
      throw new IllegalArgumentException("has more than one line; give one key.");
    }
    if (!PRINTABLE.matcher(line).matches()) {
      throw new IllegalArgumentException(
          "has characters that no public key has; use “ssh-ed25519 AAAA… comment”.");
    }
    var words = SPACES.split(line, 3);
    refuseType(words[0]);
    if (words.length < 2 || !BASE64.matcher(words[1]).matches()) {
      throw new IllegalArgumentException("has no Base64 after its type “" + words[0] + "”.");
    }
    refuseBlob(words[0], words[1]);
    var comment =
        words.length == 3 ? UNFIT_FOR_COMMENT.matcher(words[2]).replaceAll("").strip() : "";
    return new PublicKey(
        words[0], words[1], comment.substring(0, Math.min(MOST_COMMENT, comment.length())));
  }

  private static void refuseType(String type) {
    if (type.equals(DSA)) {
      throw new IllegalArgumentException(
          "is a DSA key, which OpenSSH no longer accepts; use ssh-ed25519.");
    }
    if (!TYPES.contains(type)) {
      throw new IllegalArgumentException(
          "begins with “" + Quoted.of(type)
              + "”, which is not a type of key; use “ssh-ed25519 AAAA… comment”, without options before it.");
    }
  }

  private static void refuseBlob(String type, String blob) {
    try {
      var in = ByteBuffer.wrap(Base64.getDecoder().decode(blob));
      if (!new String(next(in), StandardCharsets.US_ASCII).equals(type)) {
        throw new IllegalArgumentException("is not of the type “" + type + "” that it names.");
      }
      if (type.equals(RSA)) {
        next(in);
        var bits = new BigInteger(1, next(in)).bitLength();
        if (bits < LEAST_RSA_BITS) {
          throw new IllegalArgumentException("is an RSA key of " + bits + " bits; use "
              + LEAST_RSA_BITS + " or more, or ssh-ed25519.");
        }
      } else {
        next(in);
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("is cut off; its Base64 does not hold a whole key.");
    }
  }

  private static byte[] next(ByteBuffer in) {
    var length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    var bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** Reads what {@link #line} wrote. */
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
}
