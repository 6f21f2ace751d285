package dev.latchkey.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The JDK's own maker of certificates: it spares us a cryptography library of that size. */
final class Keytool {
  /** Handed over in the environment, because everybody on the machine may read a command line. */
  private static final String PASSWORD = "LATCHKEY_STORE_PASSWORD";

  private Keytool() {}

  /**
   * Makes a key store with one key and its certificate for this machine's own names.
   *
   * @param also one more name, such as {@code *.servers.example.com}
   */
  static void generate(Path keyStore, String alias, String password, Optional<String> also)
      throws IOException {
    var program = Path.of(System.getProperty("java.home"), "bin", "keytool");
    var command = List.of(
        program.toString(),
        "-genkeypair",
        "-alias",
        alias,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-sigalg",
        "SHA256withECDSA",
        "-dname",
        "CN=localhost",
        "-validity",
        "3650",
        "-ext",
        "SAN=DNS:localhost,IP:127.0.0.1,IP:::1" + also.map(",DNS:"::concat).orElse(""),
        // Not an authority: whoever trusts this certificate trusts this server and nothing else.
        "-ext",
        "BasicConstraints:critical=ca:false",
        "-ext",
        "KeyUsage:critical=digitalSignature",
        "-ext",
        "ExtendedKeyUsage=serverAuth",
        "-storetype",
        "PKCS12",
        "-keystore",
        keyStore.toString(),
        "-storepass:env",
        PASSWORD);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(PASSWORD, password);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new LocalProblem("the server's certificate cannot be made: there is no " + program
          + "; run Latchkey with a JDK (17 or later) that has keytool");
    }
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes()).strip();
    if (exitCode(process) != 0) {
      throw new LocalProblem("the server's certificate cannot be made: keytool says: "
          + output.lines().findFirst().orElse("nothing"));
    }
  }

  private static int exitCode(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      throw new LocalProblem("stopped while keytool was at work; start again");
    }
  }
}
