package dev.latchkey.signing;

import dev.latchkey.settings.Settings;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Signs with the key that the settings name: one in a file, one of KMS's, or none. */
@Singleton
class ConfiguredSigner implements Signer {
  private final Optional<SigningKey> file;
  private final Optional<String> kms;
  private final KmsSigner service;

  @Inject
  ConfiguredSigner(Settings settings, KmsSigner service) {
    this.file = settings.signing().keyFile().map(SigningKey::read);
    this.kms = settings.signing().kmsKey();
    this.service = service;
    if (file.isPresent() && kms.isPresent()) {
      throw new IllegalStateException(
          "latchkey.signing.key-file and latchkey.signing.kms-key are both set; set one of them");
    }
  }

  /** A key that cannot be read stops the start, and not the first record that is to be signed. */
  void start(@Observes StartupEvent event) {}

  @Override
  public boolean isSet() {
    return file.isPresent() || kms.isPresent();
  }

  @Override
  public Uni<Optional<Signature>> sign(byte[] statement) {
    if (kms.isPresent()) {
      return service.sign(kms.get(), statement).map(Optional::of);
    }
    return Uni.createFrom()
        .item(() -> file.map(key -> Signature.of(key.id(), key.sign(statement))));
  }

  @Override
  public boolean hasKey() {
    return file.isPresent() || kms.isPresent();
  }

  @Override
  public Uni<Optional<VerifyingKey>> verifyingKey() {
    return kms.isPresent()
        ? service.verifyingKey(kms.get()).map(Optional::of)
        : Uni.createFrom().item(() -> file.map(SigningKey::shared));
  }
}
