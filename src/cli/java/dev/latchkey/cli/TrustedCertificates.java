package dev.latchkey.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS as this machine trusts it today, or as the one file does that {@code LATCHKEY_CA} names. An executable without Java has
 * no list of authorities of its own, which would be as old as its build.
 */
final class TrustedCertificates {
  /** Where systems keep the authorities that they trust: Debian and Ubuntu, Red Hat and its kin, Alpine, SUSE. */
  private static final List<String> OF_THIS_MACHINE = List.of(
      "/etc/ssl/certs/ca-certificates.crt",
      "/etc/pki/tls/certs/ca-bundle.crt",
      "/etc/ssl/cert.pem",
      "/etc/ssl/ca-bundle.pem");

  private TrustedCertificates() {}

  static SSLSocketFactory sockets(Optional<Path> ca) {
    try {
      var file = ca.or(
          () -> OF_THIS_MACHINE.stream().map(Path::of).filter(Files::isReadable).findFirst());
      if (file.isEmpty()) {
        return SSLContext.getDefault().getSocketFactory();
      }
      var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store(file.get()));
      var context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  private static KeyStore store(Path file) throws GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + store.size(), certificate);
      }
      if (store.size() > 0) {
        return store;
      }
    } catch (CertificateException e) {
      // As for a file without one.
    } catch (IOException e) {
      throw CliProblem.usage("The certificate file " + Visible.line(file.toString())
          + " cannot be read: " + PrivateFile.why(e) + ".");
    }
    throw CliProblem.usage(
        "The certificate file " + Visible.line(file.toString()) + " has no certificate in PEM.");
  }
}
