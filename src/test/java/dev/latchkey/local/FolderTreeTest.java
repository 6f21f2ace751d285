package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTreeTest {
  @TempDir
  Path folder;

  @Test
  void deletesAllInItAndNothingThatALinkNames() throws Exception {
    var other = Files.createDirectory(folder.resolve("other"));
    var kept = Files.writeString(other.resolve("kept"), "");
    var tree = Files.createDirectory(folder.resolve("tree"));
    Files.writeString(Files.createDirectory(tree.resolve("inner")).resolve("file"), "");
    Files.createSymbolicLink(tree.resolve("link"), other);

    FolderTree.delete(tree);

    assertThat(tree).doesNotExist();
    assertThat(kept).exists();
  }

  @Test
  void whatIsGoneAlreadyIsNoError() throws Exception {
    FolderTree.delete(folder.resolve("gone"));
  }
}
