package dev.latchkey.signing;

import java.util.Base64;

/**
 * Who signed a statement, and the proof of it.
 *
 * @param key which key: the SHA-256 of its public key (SubjectPublicKeyInfo, DER) in hexadecimal, or the ARN of KMS's
 * @param text the signature, DER in Base64
 */
public record Signature(String key, String text) {
  /** How the statement is signed, in the words of KMS. */
  public static final String ALGORITHM = "ECDSA_SHA_256";

  static Signature of(String key, byte[] der) {
    return new Signature(key, Base64.getEncoder().encodeToString(der));
  }
}
