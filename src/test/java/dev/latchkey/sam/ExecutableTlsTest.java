package dev.latchkey.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.local.HttpsFront;
import dev.latchkey.testing.LocalDynamoDb;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** AWS is reached by HTTPS, which the local services do not speak; an executable has its own TLS and its own trust. */
@QuarkusTest
@EnabledIfSystemProperty(
    named = "test.package",
    matches = ".*",
    disabledReason = "no -Dtest.package names an executable")
class ExecutableTlsTest extends WhmTest {
  @TempDir
  Path folder;

  private Artifact artifact;
  private HttpsFront dynamodb;

  @BeforeEach
  void open() throws Exception {
    artifact =
        Artifact.unpack(Path.of(System.getProperty("test.package")), folder.resolve("function"));
    assumeTrue(artifact.isNative(), "the TLS of a package for the JVM is the JDK's");
    dynamodb = new HttpsFront(LocalDynamoDb.running().endpoint(), folder);
  }

  @AfterEach
  void close() {
    if (dynamodb != null) {
      dynamodb.close();
    }
  }

  @Test
  void itSpeaksTls() throws Exception {
    assertThat(version(dynamodb.trust()).status()).isEqualTo(200);
  }

  @Test
  void itTrustsNoCertificateOfAnybody() throws Exception {
    assertThat(version(List.of()).status()).isEqualTo(500);
  }

  /** That of the JDK which built it, where Amazon's roots are in the clear. */
  @Test
  void itsTrustHasAmazonsRoots() throws Exception {
    var executable = new String(
        Files.readAllBytes(artifact.folder().resolve("bootstrap")), StandardCharsets.ISO_8859_1);

    assertThat(List.of("1", "2", "3", "4"))
        .allMatch(number -> executable.contains("Amazon Root CA " + number));
  }

  private HttpAnswer version(List<String> options) throws Exception {
    try (var process = PackagedFunction.launch(
        artifact, PackagedFunction.VERSION, dynamodb.url(), options, System.out)) {
      return HttpAnswer.of(process.invoke(event()));
    }
  }

  private byte[] event() {
    return """
        {"version":"2.0","rawPath":"/json-api/version","rawQueryString":"api.version=1",\
        "headers":{"authorization":"%s"},"requestContext":{"http":{"method":"GET",\
        "path":"/json-api/version","sourceIp":"192.0.2.1"}},"isBase64Encoded":false}""".formatted(accounts.root().authorization()).getBytes(StandardCharsets.UTF_8);
  }
}
