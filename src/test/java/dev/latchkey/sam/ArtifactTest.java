package dev.latchkey.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.local.LocalProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactTest {
  private static final SamFunction FUNCTION =
      new SamFunction("Fn", "handler", 200, Duration.ofSeconds(1), Map.of());

  @TempDir
  Path folder;

  @Test
  void aBootstrapIsRunAsItIs() throws IOException {
    var artifact = unpack("bootstrap");
    assertThat(artifact.runtime()).isEqualTo("provided.al2023");
    assertThat(folder.resolve("function/bootstrap")).isExecutable();
    assertThat(artifact.command(FUNCTION))
        .containsExactly(folder.resolve("function/bootstrap").toString(), "-Djava.io.tmpdir={tmp}");
  }

  @Test
  void nothingOfAnOlderPackageStays() throws IOException {
    unpack("bootstrap");
    var artifact = unpack("lib/a.jar");
    assertThat(artifact.isNative()).isFalse();
    assertThat(artifact.runtime()).isEqualTo("java21");
    assertThat(folder.resolve("function/lib/a.jar")).exists();
  }

  @Test
  void noEntryLeavesTheFolder() {
    assertThatThrownBy(() -> unpack("../outside"))
        .isInstanceOf(LocalProblem.class)
        .hasMessageContaining("leads out");
    assertThat(folder.resolve("outside")).doesNotExist();
  }

  @Test
  void noPackageIsOneSentence() {
    assertThatThrownBy(() -> Artifact.unpack(folder.resolve("none.zip"), folder))
        .isInstanceOf(LocalProblem.class)
        .hasMessageContaining("mvn -Dlambda=http");
  }

  private Artifact unpack(String entry) throws IOException {
    var zip = folder.resolve("function.zip");
    try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry(entry));
      out.closeEntry();
    }
    return Artifact.unpack(zip, folder.resolve("function"));
  }
}
