package dev.latchkey.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** The key that signs on a laptop, made on its first start: a private key on the curve P-256 in PEM, then the public one. */
public final class LocalSigningKey {
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private LocalSigningKey() {}

  /** @return the file, which is made if it is not there */
  public static Path in(Path file) throws IOException {
    if (!Files.exists(file)) {
      PrivateFiles.write(file, generate());
    }
    return file;
  }

  private static String generate() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var pair = generator.generateKeyPair();
      return pem("PRIVATE KEY", pair.getPrivate().getEncoded())
          + pem("PUBLIC KEY", pair.getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has the curve P-256", e);
    }
  }

  private static String pem(String kind, byte[] der) {
    return "-----BEGIN " + kind + "-----\n" + LINES.encodeToString(der) + "\n-----END " + kind
        + "-----\n";
  }
}
