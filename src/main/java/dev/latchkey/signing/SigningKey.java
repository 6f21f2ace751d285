package dev.latchkey.signing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * A pair of keys in one file of PEM, the private key and then the public one. Nothing of it is ever in a message.
 *
 * @param shared its public half
 */
record SigningKey(VerifyingKey shared, PrivateKey secret) {
  private static final String RIGHT =
      " Make one with: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out FILE"
          + " && openssl pkey -in FILE -pubout >> FILE";

  private static final String PEM = "-----BEGIN %1$s-----([A-Za-z0-9+/=\\s]+)-----END %1$s-----";
  private static final byte[] PROBE = "Latchkey".getBytes(StandardCharsets.US_ASCII);
  private static final int BITS = 256;

  /** @throws IllegalStateException that names the file and says what would be right */
  static SigningKey read(String file) {
    try {
      var pem = Files.readString(Path.of(file), StandardCharsets.US_ASCII);
      var publicKey = block(pem, "PUBLIC KEY", file);
      var factory = KeyFactory.getInstance("EC");
      var secret =
          factory.generatePrivate(new PKCS8EncodedKeySpec(block(pem, "PRIVATE KEY", file)));
      var key = new SigningKey(VerifyingKey.ofItsOwnName(publicKey), secret);
      if (((ECKey) secret).getParams().getCurve().getField().getFieldSize() != BITS
          || !key.shared.verifies(PROBE, Signature.of(key.id(), key.sign(PROBE)))) {
        throw problem(file, "is not a pair of keys on the curve P-256.");
      }
      return key;
    } catch (IOException e) {
      throw problem(file, "cannot be read.");
    } catch (GeneralSecurityException e) {
      throw problem(file, "is not a pair of keys on the curve P-256.");
    }
  }

  String id() {
    return shared.id();
  }

  /** @return DER */
  byte[] sign(byte[] statement) {
    try {
      var signer = java.security.Signature.getInstance("SHA256withECDSA");
      signer.initSign(secret);
      signer.update(statement);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key " + id() + " cannot sign", e);
    }
  }

  private static byte[] block(String pem, String kind, String file) {
    var found = Pattern.compile(PEM.formatted(kind)).matcher(pem);
    if (!found.find()) {
      throw problem(file, "has no “BEGIN " + kind + "”.");
    }
    try {
      return Base64.getMimeDecoder().decode(found.group(1));
    } catch (IllegalArgumentException e) {
      throw problem(file, "has a “" + kind + "” that is not Base64.");
    }
  }

  /** Without a cause, which may quote what it read. */
  private static IllegalStateException problem(String file, String what) {
    return new IllegalStateException(
        "latchkey.signing.key-file: “" + file + "” " + what + RIGHT.replace("FILE", "signing.pem"));
  }

  @Override
  public String toString() {
    return "SigningKey[" + id() + "]";
  }
}
