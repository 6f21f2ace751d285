package dev.latchkey.signing;

import dev.latchkey.text.Sha256;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The public half of a key that signs.
 *
 * @param id as {@link Signature#key} has it
 * @param text SubjectPublicKeyInfo, DER in Base64
 */
public record VerifyingKey(String id, String text) {
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  /** The key of a file, which is named by its SHA-256. */
  static VerifyingKey ofItsOwnName(byte[] der) {
    return of(Sha256.hex(der), der);
  }

  static VerifyingKey of(String id, byte[] der) {
    return new VerifyingKey(id, Base64.getEncoder().encodeToString(der));
  }

  /** What somebody kept; empty where it is not a key. */
  public static Optional<VerifyingKey> read(String id, String text) {
    var key = new VerifyingKey(id, text);
    try {
      key.publicKey();
      return Optional.of(key);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** In hexadecimal: what somebody outside compares. */
  public String sha256() {
    return Sha256.hex(der());
  }

  /**
   * Whether the statement was signed by this key. What is not a signature or not a key verifies nothing, and neither does a
   * key that lies under the SHA-256 of another one.
   */
  public boolean verifies(byte[] statement, Signature signature) {
    try {
      if (SHA_256.matcher(id).matches() && !id.equals(sha256())) {
        return false;
      }
      var verifier = java.security.Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(publicKey());
      verifier.update(statement);
      return verifier.verify(Base64.getDecoder().decode(signature.text()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private PublicKey publicKey() throws GeneralSecurityException {
    return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der()));
  }

  private byte[] der() {
    return Base64.getDecoder().decode(text);
  }
}
