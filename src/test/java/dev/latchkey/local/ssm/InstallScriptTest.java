package dev.latchkey.local.ssm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.text.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Latchkey-Install, run as Systems Manager runs it. */
class InstallScriptTest {
  @TempDir
  Path folder;

  @Test
  void theAgentIsInItsPlaceAndIsRun() {
    try (var bench = new AgentBench(folder)) {
      var ended = bench.install();

      assertThat(ended.standardErrorContent()).isEmpty();
      assertThat(ended.standardOutputContent())
          .startsWith("{\"latchkey\": 1, \"outcome\": \"DONE\"")
          .endsWith("\"ran\": \"install --root " + bench.server.folder() + "\"}\n");
      assertThat(ended.responseCode()).isZero();
      assertThat(bench.server.agent()).hasBinaryContent(AgentBench.AGENT);
      assertThat(AgentBench.mode(bench.server.agent())).isEqualTo("rwx------");
      assertThat(AgentBench.mode(bench.server.agent().getParent())).isEqualTo("rwx------");
      assertThat(AgentBench.mode(bench.server.folder().resolve("usr/local/lib")))
          .isEqualTo("rwxr-xr-x");
    }
  }

  @Test
  void anOldAgentIsReplacedAndNothingElseIsLeft() throws IOException {
    try (var bench = new AgentBench(folder)) {
      bench.putAgent("old".getBytes(StandardCharsets.US_ASCII));
      var place = bench.server.agent().getParent();
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));

      bench.install();

      assertThat(place.toFile().list()).containsExactly("latchkey_agent.pyz");
      assertThat(bench.server.agent()).hasBinaryContent(AgentBench.AGENT);
      assertThat(AgentBench.mode(place)).isEqualTo("rwx------");
    }
  }

  @Test
  void anAgentThatIsNotWhatItShouldBeIsNotInstalled() throws IOException {
    try (var bench = new AgentBench(folder)) {
      bench.putAgent("old".getBytes(StandardCharsets.US_ASCII));

      var ended =
          bench.install(InstallDocument.packed("other".getBytes(StandardCharsets.US_ASCII)));

      assertThat(ended.responseCode()).isEqualTo(1);
      assertThat(ended.standardOutputContent())
          .isEqualTo("{\"latchkey\": 1, \"outcome\": \"NO_AGENT\", \"sha256\": \""
              + Sha256.hex("other".getBytes(StandardCharsets.US_ASCII)) + "\"}\n");
      assertThat(bench.server.agent()).hasContent("old");
      assertThat(bench.server.agent().getParent().toFile().list())
          .containsExactly("latchkey_agent.pyz");
    }
  }

  @Test
  void partsMayComeInAnyOrderAndMoreThanOnce() throws IOException {
    var packed = InstallDocument.packed(AgentBench.AGENT);
    var half = packed.length() / 2;
    try (var bench = new AgentBench(folder)) {
      bench.putAgent("old".getBytes(StandardCharsets.US_ASCII));
      for (var time = 0; time < 2; time++) {
        assertThat(bench.part(2, 2, packed.substring(half)).standardOutputContent())
            .isEqualTo("{\"latchkey\": 1, \"outcome\": \"INCOMPLETE\", \"missing\": 1}\n");
      }
      assertThat(bench.server.agent()).hasContent("old");

      assertThat(bench.part(1, 2, packed.substring(0, half)).standardOutputContent())
          .contains("\"ran\": \"install --root ");

      assertThat(bench.server.agent()).hasBinaryContent(AgentBench.AGENT);
      assertThat(bench.server.agent().getParent().toFile().list())
          .containsExactly("latchkey_agent.pyz");
    }
  }

  @Test
  void aPartOfAnotherAgentDoesNotStayForEver() throws IOException {
    try (var bench = new AgentBench(folder)) {
      var place = bench.server.agent().getParent();
      Files.createDirectories(place);
      var part = Files.writeString(place.resolve(".part-" + "0".repeat(64) + "-2-1"), "other");
      Files.setLastModifiedTime(part, FileTime.from(Instant.now().minus(Duration.ofMinutes(12))));

      bench.install();

      assertThat(place.toFile().list()).containsExactly("latchkey_agent.pyz");
    }
  }

  @Test
  void aPythonWithoutLzmaSaysSoBeforeAnythingIsTouched() throws Exception {
    var programs = Files.createDirectories(folder.resolve("programs"));
    var python = Files.writeString(programs.resolve("python3"), """
        #!/bin/sh
        case "$*" in *lzma*) echo 'No module named _lzma' >&2; exit 1 ;; esac
        exec /usr/bin/python3 "$@"
        """);
    Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
    var root = Files.createDirectories(folder.resolve("root"));
    var script = InstallDocument.scriptIn(Files.readString(InstallDocument.INSTALL))
        .replaceFirst("(?m)^PATH=", "PATH=" + programs + ":");
    var builder = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true);
    builder.environment().put("LATCHKEY_ROOT", root.toString());
    builder.environment().putAll(Map.of("SSM_part", "1", "SSM_parts", "1", "SSM_data", "AAAA"));
    var running = builder.start();

    assertThat(new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .startsWith("{\"latchkey\": 1, \"outcome\": \"NO_PYTHON\", \"problem\": \"its module lzma")
        .endsWith("\"}\n")
        .hasLineCount(1);
    assertThat(running.waitFor()).isEqualTo(1);
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void afterItTheOrderRuns() {
    try (var bench = new AgentBench(folder)) {
      assertThat(bench.order("{}").standardOutputContent()).contains("NO_AGENT");
      bench.install();

      assertThat(bench.order("{}").standardOutputContent()).startsWith("order --root ");
    }
  }
}
