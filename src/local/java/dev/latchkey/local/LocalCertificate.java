package dev.latchkey.local;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The key and certificate of the local HTTPS port, made on the first start and then kept, so that what a
 * client was told to trust stays true.
 *
 * <p>The certificate is its own authority: clients trust {@code ca.pem}, and that one file is all they need.
 */
final class LocalCertificate {
  /** The name of the TLS configuration; not the default one, which outgoing connections may take too. */
  private static final String NAME = "latchkey-local";

  private static final String ALIAS = "server";

  private final DataFolder folder;

  private LocalCertificate(DataFolder folder) {
    this.folder = folder;
  }

  /** @param serversDomain under which every server has a name; a certificate that was made without it is made anew */
  static LocalCertificate in(DataFolder folder, Optional<String> serversDomain) {
    var certificate = new LocalCertificate(folder);
    var servers = serversDomain.map(domain -> "*." + domain);
    try {
      if (!Files.exists(certificate.keyStore()) || !certificate.isFor(servers)) {
        certificate.generate(servers);
      }
      certificate.export();
      return certificate;
    } catch (IOException e) {
      throw new LocalProblem("the server's certificate cannot be kept in " + folder.path() + " ("
          + DataFolder.reason(e)
          + "); make room or name another folder with -Dlatchkey.local.data=FOLDER");
    }
  }

  /** The settings that give it to the HTTPS port. */
  Map<String, String> serverSettings() throws IOException {
    return Map.of(
        "quarkus.http.tls-configuration-name",
        NAME,
        "quarkus.tls." + NAME + ".key-store.p12.path",
        keyStore().toString(),
        "quarkus.tls." + NAME + ".key-store.p12.password",
        password());
  }

  /** The key store comes last: where it is, all that belongs to it is there as well. */
  private boolean isFor(Optional<String> name) throws IOException {
    try {
      var names = certificate().getSubjectAlternativeNames();
      return name.isEmpty() || names.stream().anyMatch(entry -> entry.contains(name.get()));
    } catch (CertificateParsingException e) {
      throw unreadable();
    }
  }

  private void generate(Optional<String> servers) throws IOException {
    var password = new BigInteger(160, new SecureRandom()).toString(36);
    PrivateFiles.write(passwordFile(), password + "\n");
    var draft = folder.folder("new-certificate").resolve("server.p12");
    Files.deleteIfExists(draft);
    Keytool.generate(draft, ALIAS, password, servers);
    PrivateFiles.restrict(draft);
    PrivateFiles.move(draft, keyStore());
    Files.delete(draft.getParent());
  }

  private void export() throws IOException {
    var pem = "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded(certificate()))
        + "\n-----END CERTIFICATE-----\n";
    PrivateFiles.write(folder.file("ca.pem"), pem);
  }

  private byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw unreadable();
    }
  }

  private X509Certificate certificate() throws IOException {
    try {
      var store = KeyStore.getInstance(keyStore().toFile(), password().toCharArray());
      if (store.getCertificate(ALIAS) instanceof X509Certificate certificate) {
        return certificate;
      }
    } catch (IOException | GeneralSecurityException e) {
      // Whatever the cause, the user can do the same about it.
    }
    throw unreadable();
  }

  private LocalProblem unreadable() {
    return new LocalProblem(
        "the server's key store " + keyStore() + " cannot be opened with the password in "
            + passwordFile() + "; put both back as they were, or move " + keyStore()
            + " away to have a new certificate made");
  }

  private String password() throws IOException {
    return Files.readString(passwordFile()).strip();
  }

  private Path keyStore() {
    return folder.file("server.p12");
  }

  private Path passwordFile() {
    return folder.file("server.p12.password");
  }
}
