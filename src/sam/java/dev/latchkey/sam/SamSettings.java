package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What can be set, as system properties.
 *
 * @param port 0 takes any free one
 * @param listRoutes whether to list the routes instead of serving them
 * @param cliTemplate where to write what SAM's own command line reads, instead of serving
 */
record SamSettings(
    Path template,
    Path zip,
    Path dataFolder,
    int port,
    boolean listRoutes,
    Optional<Path> cliTemplate) {

  static SamSettings read() {
    return new SamSettings(
        path("latchkey.sam.template", "sam-template.yaml"),
        path("latchkey.sam.package", "target/lambda/function.zip"),
        path("latchkey.local.data", ".latchkey-sam"),
        port(setting("latchkey.sam.port", "3000")),
        setting("latchkey.sam.routes", "false").equals("true"),
        setting("latchkey.sam.cli-template", "").isEmpty()
            ? Optional.empty()
            : Optional.of(path("latchkey.sam.cli-template", "")));
  }

  private static Path path(String property, String usual) {
    try {
      return Path.of(setting(property, usual));
    } catch (InvalidPathException e) {
      throw new LocalProblem("-D" + property + " names no file: " + e.getMessage());
    }
  }

  private static int port(String value) {
    if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) > 65535) {
      throw new LocalProblem("-Dlatchkey.sam.port=" + value
          + " is no port; give a number from 0 to 65535, where 0 takes any free one");
    }
    return Integer.parseInt(value);
  }

  private static String setting(String property, String usual) {
    String value = System.getProperty(property, "");
    return value.isEmpty() ? usual : value;
  }
}
