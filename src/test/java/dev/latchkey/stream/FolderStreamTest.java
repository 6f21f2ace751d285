package dev.latchkey.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStreamTest {
  @TempDir
  Path folder;

  private void write(String name, String lines) {
    new FolderStream(folder)
        .write(name, lines.getBytes(StandardCharsets.UTF_8))
        .await()
        .indefinitely();
  }

  @Test
  void whatIsThereIsNotWrittenOver() throws Exception {
    write("audit/bob/1.ndjson", "a");
    write("audit/bob/1.ndjson", "b");

    assertThat(folder.resolve("audit/bob/1.ndjson")).hasContent("a");
    try (var files = Files.list(folder.resolve("audit/bob"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void whatABrokenWriteLeftIsNoFileOfTheStream() throws Exception {
    Files.createDirectories(folder.resolve("audit/bob"));
    Files.writeString(folder.resolve("audit/bob/1.ndjson.part"), "half of what");
    write("audit/bob/1.ndjson", "a");

    assertThat(folder.resolve("audit/bob/1.ndjson")).hasContent("a");
  }

  @Test
  void whereItCannotBeWrittenItSaysSo() throws Exception {
    Files.writeString(folder.resolve("audit"), "a file");
    assertThatThrownBy(() -> write("audit/bob/1.ndjson", "a"))
        .hasMessage("latchkey.stream.folder: audit/bob/1.ndjson was not written");
  }
}
