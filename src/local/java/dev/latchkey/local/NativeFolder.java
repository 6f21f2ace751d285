package dev.latchkey.local;

import java.io.IOException;
import java.nio.file.Files;

/**
 * Where DynamoDB Local unpacks its native library: its own choice, the common temporary folder, may forbid
 * to run programs from it, and after a hard end a copy stays behind each time.
 */
public final class NativeFolder {
  private NativeFolder() {}

  public static void use(DataFolder data) throws IOException {
    var folder = data.folder("native");
    try (var leftovers = Files.newDirectoryStream(folder)) {
      for (var leftover : leftovers) {
        Files.delete(leftover);
      }
    }
    System.setProperty("org.sqlite.tmpdir", folder.toString());
  }
}
