package dev.latchkey.ssh;

import dev.latchkey.text.Quoted;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The key itself: fields with their lengths before them (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4,
 * OpenSSH's PROTOCOL.u2f). Judged at least as strictly as the agent does, and the agent at least as strictly as sshd: a
 * key that servers refuse would fail only after it was granted. What sshd reads but would write differently is refused,
 * too, since its fingerprint in sshd's log is another one.
 */
record KeyBlob(ByteBuffer in) {
  static final String RSA = "ssh-rsa";

  static final Set<String> TYPES = Set.of(
      "ssh-ed25519",
      RSA,
      "ecdsa-sha2-nistp256",
      "ecdsa-sha2-nistp384",
      "ecdsa-sha2-nistp521",
      "sk-ssh-ed25519@openssh.com",
      "sk-ecdsa-sha2-nistp256@openssh.com");

  private static final int LEAST_RSA_BITS = 3072;
  private static final int MOST_RSA_BITS = 16384;
  /** OpenSSL uses no longer ones with such a modulus. */
  private static final int MOST_EXPONENT_BITS = 64;

  /** Tried once for each run of signs, not once for each sign of it. */
  private static final Pattern PADDING = Pattern.compile("(?<!=)=++$");

  private static final int UNCOMPRESSED = 4;
  private static final int ED25519_BYTES = 32;
  private static final String AGAIN = "; copy the whole line of the .pub file again.";
  private static final String CUT_OFF = "is cut off; its Base64 does not hold a whole key.";

  /** @throws IllegalArgumentException that says what is wrong with it, and what would be right */
  static void refuse(String type, String base64) {
    byte[] bytes;
    try {
      bytes = decoded(PADDING.matcher(base64).replaceAll(""));
      new KeyBlob(ByteBuffer.wrap(bytes)).refuse(type);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(CUT_OFF);
    }
    refuseOther(base64, Base64.getEncoder().encodeToString(bytes));
  }

  private static byte[] decoded(String base64) {
    // One character alone has no whole byte.
    return Base64.getDecoder()
        .decode(base64.length() % 4 == 1 ? base64.substring(0, base64.length() - 1) : base64);
  }

  /** Java's decoder does without padding, and ignores bits after the last byte; sshd does not. */
  private static void refuseOther(String base64, String canonical) {
    if (!base64.equals(canonical)) {
      throw new IllegalArgumentException(
          canonical.startsWith(base64)
              ? "lacks the “=” at the end of its Base64" + AGAIN
              : "has a wrong character at the end of its Base64" + AGAIN);
    }
  }

  private void refuse(String type) {
    if (!new String(next(), StandardCharsets.ISO_8859_1).equals(type)) {
      throw new IllegalArgumentException("is not of the type “" + type + "” that it names.");
    }
    switch (type) {
      case RSA -> refuseRsa();
      case "ssh-ed25519" -> refuseEd25519();
      case "sk-ssh-ed25519@openssh.com" -> {
        refuseEd25519();
        refuseApplication();
      }
      case "sk-ecdsa-sha2-nistp256@openssh.com" -> {
        refuseEcdsa(NistCurve.NISTP256);
        refuseApplication();
      }
      case "ecdsa-sha2-nistp256" -> refuseEcdsa(NistCurve.NISTP256);
      case "ecdsa-sha2-nistp384" -> refuseEcdsa(NistCurve.NISTP384);
      case "ecdsa-sha2-nistp521" -> refuseEcdsa(NistCurve.NISTP521);
      default -> throw new IllegalStateException(type);
    }
    if (in.hasRemaining()) {
      throw new IllegalArgumentException(
          "has " + in.remaining() + " bytes after its last field" + AGAIN);
    }
  }

  private void refuseRsa() {
    var exponent = nextNumber();
    var modulus = nextNumber();
    var bits = modulus.bitLength();
    if (bits < LEAST_RSA_BITS) {
      throw new IllegalArgumentException("is an RSA key of " + bits + " bits; use " + LEAST_RSA_BITS
          + " or more, or ssh-ed25519.");
    }
    if (bits > MOST_RSA_BITS) {
      throw new IllegalArgumentException(
          "is an RSA key of " + bits + " bits; use at most " + MOST_RSA_BITS + ", or ssh-ed25519.");
    }
    if (!modulus.testBit(0)) {
      throw new IllegalArgumentException("has an even RSA modulus, which no real key has" + AGAIN);
    }
    var isUsable = exponent.testBit(0)
        && exponent.compareTo(BigInteger.ONE) > 0
        && exponent.bitLength() <= MOST_EXPONENT_BITS;
    if (!isUsable) {
      throw new IllegalArgumentException("has the RSA exponent " + Quoted.of(exponent.toString())
          + "; it must be odd, 3 or more, and at most " + MOST_EXPONENT_BITS
          + " bits long; ssh-keygen uses 65537.");
    }
  }

  /** An mpint (RFC 4251 section 5): positive, and without a zero byte that it does not need. */
  private BigInteger nextNumber() {
    var bytes = next();
    var number = new BigInteger(bytes.length == 0 ? new byte[1] : bytes);
    if (number.signum() <= 0 || number.toByteArray().length != bytes.length) {
      throw new IllegalArgumentException(
          "has an RSA number that is not positive or not in its shortest form" + AGAIN);
    }
    return number;
  }

  private void refuseEd25519() {
    var length = next().length;
    if (length != ED25519_BYTES) {
      throw new IllegalArgumentException(
          "has a point of " + length + " bytes; Ed25519 has " + ED25519_BYTES + AGAIN);
    }
  }

  private void refuseEcdsa(NistCurve curve) {
    var named = new String(next(), StandardCharsets.ISO_8859_1);
    if (!named.equals(curve.identifier())) {
      throw new IllegalArgumentException("names the curve “" + Quoted.of(named)
          + "”; its type requires “" + curve.identifier() + "”.");
    }
    var point = next();
    if (point.length != curve.bytesOfPoint() || point[0] != UNCOMPRESSED) {
      throw new IllegalArgumentException("has a point that is compressed or of a wrong length; “"
          + named + "” has " + curve.bytesOfPoint() + " bytes, the first of which is 4.");
    }
    if (!curve.has(point)) {
      throw new IllegalArgumentException(
          "has a point that is not on the curve “" + named + "”" + AGAIN);
    }
  }

  /** Usually {@code ssh:}; OpenSSH makes no key without one. */
  private void refuseApplication() {
    var application = next();
    var isText = application.length > 0;
    for (var one : application) {
      isText &= one != 0;
    }
    if (!isText) {
      throw new IllegalArgumentException(
          "has an application that is empty or has a zero byte; ssh-keygen uses “ssh:”.");
    }
  }

  private byte[] next() {
    var length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    var bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
