package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir
  Path parent;

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** An account that a grant made has to reach its home, and may read nothing else. */
  @Test
  void whoeverKnowsAServersFolderMayPassToIt() throws IOException {
    var path = parent.resolve("data");
    try (var folder = DataFolder.take(path)) {
      assertThat(mode(folder.serversFolder())).isEqualTo("rwx--x--x");
      assertThat(mode(folder.folder("commands"))).isEqualTo("rwx------");
      assertThat(mode(folder.file("lock"))).isEqualTo("rw-------");
    }
    assertThat(mode(path)).isEqualTo("rwx--x--x");
  }

  @Test
  void oneOfAnEarlierReleaseIsOpenedSoFarAndOneOfTheUsersOwnStaysAsItIs() throws IOException {
    var earlier = folder("earlier", "rwx------");
    var own = folder("own", "rwxr-x---");

    DataFolder.take(earlier).close();
    DataFolder.take(own).close();

    assertThat(mode(earlier)).isEqualTo("rwx--x--x");
    assertThat(mode(own)).isEqualTo("rwxr-x---");
  }

  private Path folder(String name, String mode) throws IOException {
    return Files.createDirectory(
        parent.resolve(name),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
  }
}
