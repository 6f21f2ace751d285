package dev.latchkey.signing;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * Signs a statement with ECDSA on the curve P-256 over its SHA-256 (FIPS 186-5). {@code openssl dgst -sha256 -verify
 * PUBLIC.pem -signature FILE STATEMENT} verifies it, with any library or none of ours.
 */
public interface Signer {
  /** Whether there is a key. */
  default boolean isSet() {
    return true;
  }

  /**
   * @param statement the exact bytes that are kept, and that whoever verifies has
   * @return empty where no key is set; whoever shows the statement then says that it is not signed
   */
  Uni<Optional<Signature>> sign(byte[] statement);

  /** Whether there is a key; without one nothing need be read that would be signed. */
  default boolean hasKey() {
    return true;
  }

  /** What verifies its signatures, for whoever reads them; empty where it is not known. */
  default Uni<Optional<VerifyingKey>> verifyingKey() {
    return Uni.createFrom().item(Optional.empty());
  }
}
