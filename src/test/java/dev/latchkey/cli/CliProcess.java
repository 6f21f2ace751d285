package dev.latchkey.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command as a process of its own, called by a shell under its names. */
public final class CliProcess {
  /** The second one is how a founding document prints whmapi1. */
  private static final List<String> NAMES = List.of("latchkey", "whmapi1", "whmapil");

  private final Path home;

  CliProcess(Path home) {
    this.home = home;
    try {
      var bin = Files.createDirectories(home.resolve("bin"));
      for (var name : NAMES) {
        var launcher = bin.resolve(name);
        Files.writeString(
            launcher,
            "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin/java")
                + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Dlatchkey.cli.name="
                + name + " -cp '" + classPath()
                + "' dev.latchkey.cli.CliMain \"$@\"\n");
        launcher.toFile().setExecutable(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the command, for {@code java -cp}. */
  public static String classPath() {
    return Stream.of(
            "dev/latchkey/cli/CliMain.class",
            "dev/latchkey/cli/functions.json",
            "com/fasterxml/jackson/core/JsonFactory.class")
        .map(CliProcess::placeOf)
        .distinct()
        .collect(Collectors.joining(":"));
  }

  /** The folder or jar that has it. */
  private static String placeOf(String resource) {
    var url = String.valueOf(CliProcess.class.getClassLoader().getResource(resource));
    var place = url.substring(0, url.length() - resource.length());
    if (place.startsWith("jar:")) {
      place = place.substring("jar:".length()).replaceFirst("!/$", "");
    }
    return Path.of(URI.create(place)).toString();
  }

  /** A login that only its owner can read. */
  CliProcess login(String login) {
    try {
      var file = Files.writeString(home.resolve("token"), login + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line as somebody types it, in bash. */
  ProcessBuilder typed(String url, String line) {
    var bash = new ProcessBuilder("bash", "-c", line);
    bash.environment().put("PATH", home.resolve("bin") + ":" + System.getenv("PATH"));
    bash.environment().put("HOME", home.toString());
    bash.environment().put("LATCHKEY_URL", url);
    bash.environment().put("LATCHKEY_TOKEN_FILE", home.resolve("token").toString());
    return bash;
  }

  /** @return what it prints, errors too */
  String says(String url, String line) {
    try {
      var process = typed(url, line).redirectErrorStream(true).start();
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
