package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCertificateTest {
  private static final Optional<String> DOMAIN = Optional.of("servers.localhost");

  @TempDir
  Path home;

  @Test
  void itIsMadeAnewForADomainAndKeptOtherwise() throws Exception {
    try (var folder = DataFolder.take(home.resolve("data"))) {
      LocalCertificate.in(folder, Optional.empty());
      var first = certificate(folder);
      LocalCertificate.in(folder, Optional.empty());
      assertThat(certificate(folder)).isEqualTo(first);
      assertThat(names(first)).containsExactly("localhost");

      LocalCertificate.in(folder, DOMAIN);
      var second = certificate(folder);
      assertThat(names(second)).containsExactly("localhost", "*.servers.localhost");
      LocalCertificate.in(folder, DOMAIN);
      LocalCertificate.in(folder, Optional.empty());
      assertThat(certificate(folder)).isEqualTo(second);
    }
  }

  private static X509Certificate certificate(DataFolder folder)
      throws IOException, GeneralSecurityException {
    try (var pem = Files.newInputStream(folder.file("ca.pem"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    }
  }

  private static List<Object> names(X509Certificate certificate) throws GeneralSecurityException {
    return certificate.getSubjectAlternativeNames().stream()
        .filter(name -> name.get(0).equals(2))
        .<Object>map(name -> name.get(1))
        .toList();
  }
}
