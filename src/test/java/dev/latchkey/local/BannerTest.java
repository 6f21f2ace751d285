package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BannerTest {
  @TempDir
  Path folder;

  private String text(boolean isGood) {
    return new Banner(folder, 2086, 2087).text(Optional.empty(), isGood);
  }

  @Test
  void itSaysWhereRootsTokenIsAndWhenItIsOfNoUseAnyMore() throws IOException {
    assertThat(text(false)).contains("root's token: made before, and no longer in " + folder);
    Files.createFile(folder.resolve("root-token"));

    assertThat(text(true)).contains("root's token: in " + folder.resolve("root-token") + "\n");
    assertThat(text(false))
        .contains("was revoked or rotated, or has expired", "take the file away and start again");
  }
}
