package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SupportedHostsTest {
  @ParameterizedTest
  @CsvSource({
    "debian 12, true",
    "debian 11, true",
    "debian 13, true",
    "debian 10, false",
    "debian 14, false",
    "debian, false",
    "ubuntu 22.04, true",
    "ubuntu 22.10, false",
    "ubuntu 18.04, false",
    "ubuntu 22, false",
    "almalinux 9.4, true",
    "almalinux 8.10, true",
    "almalinux 10.0, false",
    "centos 7.9.2009, false",
    "centos 6.8, false",
    "centos 9, true",
    "rhel 8.8, true",
    "cloudlinux 8.9, true",
    "ol 9.1, true",
    "rocky 9.3, true",
    "fedora 41, false",
    "arch, false",
    "'', false",
    "debian 99999, false"
  })
  void onlyWhatTheAgentIsMadeForIsSupported(String distro, boolean is) {
    assertThat(SupportedHosts.supportsDistribution(distro)).isEqualTo(is);
  }

  @ParameterizedTest
  @CsvSource({"x86_64, true", "aarch64, true", "i686, false", "armv7l, false", "'', false"})
  void architectures(String arch, boolean is) {
    assertThat(SupportedHosts.supportsArchitecture(arch)).isEqualTo(is);
  }

  @Test
  void theDocumentationNamesTheSame() throws IOException {
    assertThat(Files.readString(Path.of("docs/operate.md")).replaceAll("\\s+", " "))
        .contains(SupportedHosts.NAMES);
  }
}
