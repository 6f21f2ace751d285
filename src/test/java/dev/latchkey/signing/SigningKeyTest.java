package dev.latchkey.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.local.LocalSigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The other side is {@code openssl}, which an auditor has too. */
class SigningKeyTest {
  private static final byte[] STATEMENT = "12 calls\n".getBytes(StandardCharsets.UTF_8);

  @TempDir
  Path folder;

  @Test
  void opensslVerifiesWhatAKeyOfOpensslSigned() throws Exception {
    var file = genpkey("P-256");
    openssl("pkey", "-in", file, "-pubout", "-out", path("public.pem"));
    append(file, "public.pem");
    assertVerified(SigningKey.read(file), path("public.pem"));
  }

  @Test
  void opensslVerifiesWhatTheKeyOfALaptopSigned() throws Exception {
    var file = LocalSigningKey.in(folder.resolve("signing.pem"));
    openssl("pkey", "-in", file.toString(), "-pubout", "-out", path("public.pem"));
    assertVerified(SigningKey.read(file.toString()), path("public.pem"));
    var before = Files.readString(file);
    assertThat(Files.readString(LocalSigningKey.in(file))).isEqualTo(before);
  }

  @Test
  void theIdOfAKeyIsTheDigestOfItsPublicKey() throws Exception {
    var file = LocalSigningKey.in(folder.resolve("signing.pem")).toString();
    openssl("pkey", "-in", file, "-pubout", "-outform", "DER", "-out", path("public.der"));
    var digest = java.security.MessageDigest.getInstance("SHA-256")
        .digest(Files.readAllBytes(folder.resolve("public.der")));
    assertThat(SigningKey.read(file).id()).isEqualTo(HexFormat.of().formatHex(digest));
  }

  @Test
  void aPrivateKeyAloneIsNotEnough() throws Exception {
    var file = genpkey("P-256");
    assertThatThrownBy(() -> SigningKey.read(file))
        .hasMessageContaining("has no “BEGIN PUBLIC KEY”")
        .hasMessageContaining("openssl pkey");
  }

  @Test
  void keysOfTwoPairsAreNotAPair() throws Exception {
    var file = genpkey("P-256");
    var other = LocalSigningKey.in(folder.resolve("other.pem")).toString();
    openssl("pkey", "-in", other, "-pubout", "-out", path("public.pem"));
    append(file, "public.pem");
    assertThatThrownBy(() -> SigningKey.read(file)).hasMessageContaining("is not a pair of keys");
  }

  @Test
  void anotherCurveIsRefused() throws Exception {
    var file = genpkey("P-384");
    openssl("pkey", "-in", file, "-pubout", "-out", path("public.pem"));
    append(file, "public.pem");
    assertThatThrownBy(() -> SigningKey.read(file)).hasMessageContaining("on the curve P-256");
  }

  @Test
  void whatIsWrongIsSaidWithoutTheKey() throws Exception {
    var file = path("bad.pem");
    Files.writeString(
        Path.of(file),
        "-----BEGIN PRIVATE KEY-----\nc2VjcmV0c2VjcmV0\n-----END PRIVATE KEY-----\n"
            + "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    assertThatThrownBy(() -> SigningKey.read(file))
        .hasMessageContaining("is not a pair")
        .hasNoCause()
        .hasMessageNotContaining("c2VjcmV0");
    assertThatThrownBy(() -> SigningKey.read(path("none.pem")))
        .hasMessageContaining("none.pem” cannot be read");
  }

  private void assertVerified(SigningKey key, String publicKey) throws Exception {
    Files.write(folder.resolve("statement"), STATEMENT);
    Files.write(folder.resolve("signature"), key.sign(STATEMENT));
    var verify = List.of("dgst", "-sha256", "-verify", publicKey, "-signature", path("signature"));
    openssl(verify, path("statement"));
    Files.write(folder.resolve("statement"), "13 calls\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> openssl(verify, path("statement"))).hasMessageContaining("failed");
  }

  private String genpkey(String curve) throws Exception {
    var file = path("key.pem");
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve, "-out", file);
    return file;
  }

  private void append(String file, String other) throws IOException {
    Files.writeString(
        Path.of(file), Files.readString(Path.of(file)) + Files.readString(folder.resolve(other)));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static void openssl(List<String> arguments, String last) throws Exception {
    var all = new java.util.ArrayList<>(arguments);
    all.add(last);
    openssl(all.toArray(String[]::new));
  }

  private static void openssl(String... arguments) throws Exception {
    var command = new java.util.ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("openssl failed: " + output);
    }
  }
}
