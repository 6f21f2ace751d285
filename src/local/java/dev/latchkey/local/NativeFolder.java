package dev.latchkey.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where DynamoDB Local unpacks its native library: its own choice, the common temporary folder, may forbid
 * to run programs from it, and after a hard end a copy stays behind each time.
 */
public final class NativeFolder {

  private NativeFolder() {}

  public static void use(DataFolder data) throws IOException {
    Path folder = data.folder("native");
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder)) {
      for (Path leftover : leftovers) {
        Files.delete(leftover);
      }
    }
    System.setProperty("org.sqlite.tmpdir", folder.toString());
  }
}
