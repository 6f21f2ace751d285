package dev.latchkey.signing;

import dev.latchkey.text.Sha256;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * The public half of a key that signs.
 *
 * @param id as {@link Signature#key} has it
 * @param text SubjectPublicKeyInfo, DER in Base64
 */
public record VerifyingKey(String id, String text) {
  /** The key of a file, which is named by its SHA-256. */
  static VerifyingKey ofItsOwnName(byte[] der) {
    return of(Sha256.hex(der), der);
  }

  static VerifyingKey of(String id, byte[] der) {
    return new VerifyingKey(id, Base64.getEncoder().encodeToString(der));
  }

  /** In hexadecimal: what somebody outside compares. */
  public String sha256() {
    return Sha256.hex(der());
  }

  /** Whether the statement was signed by this key; what is no signature, or no key, verifies nothing. */
  public boolean verifies(byte[] statement, Signature signature) {
    try {
      var verifier = java.security.Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der())));
      verifier.update(statement);
      return verifier.verify(Base64.getDecoder().decode(signature.text()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  private byte[] der() {
    return Base64.getDecoder().decode(text);
  }
}
