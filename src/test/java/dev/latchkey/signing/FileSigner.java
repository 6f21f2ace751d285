package dev.latchkey.signing;

import io.smallrye.mutiny.Uni;
import java.nio.file.Path;
import java.util.Optional;

/** Signs with the key of a file, as the application does whose settings name it. */
public final class FileSigner implements Signer {
  private final SigningKey key;

  private FileSigner(SigningKey key) {
    this.key = key;
  }

  public static FileSigner of(Path file) {
    return new FileSigner(SigningKey.read(file.toString()));
  }

  public String id() {
    return key.id();
  }

  @Override
  public Uni<Optional<Signature>> sign(byte[] statement) {
    return Uni.createFrom().item(Optional.of(Signature.of(key.id(), key.sign(statement))));
  }

  @Override
  public Uni<Optional<VerifyingKey>> verifyingKey() {
    return Uni.createFrom().item(Optional.of(key.shared()));
  }
}
