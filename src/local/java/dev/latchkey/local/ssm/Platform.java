package dev.latchkey.local.ssm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;

/** What this machine is, in the words of Systems Manager. */
record Platform(String type, String name, String version) {
  private static final Path RELEASE = Path.of("/etc/os-release");

  static Platform ofThisMachine() {
    var kind = System.getProperty("os.name");
    var type = kind.startsWith("Mac") ? "MacOS" : kind.startsWith("Windows") ? "Windows" : "Linux";
    var said = new HashMap<String, String>();
    try {
      for (var line : Files.readAllLines(RELEASE)) {
        var parts = line.split("=", 2);
        if (parts.length == 2) {
          said.put(parts[0], parts[1].replace("\"", ""));
        }
      }
    } catch (IOException e) {
      // Not a Linux of today: Java knows at least something.
    }
    return new Platform(
        type,
        said.getOrDefault("NAME", kind),
        said.getOrDefault("VERSION_ID", System.getProperty("os.version")));
  }
}
