package dev.latchkey.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The command in this process, with surroundings of its own; time passes at once. */
final class CliRun {
  private final Map<String, String> environment = new HashMap<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final Path home;
  private String name = "latchkey";
  private String input = "";
  private boolean terminal;
  private int code;
  private String out = "";
  private String err = "";

  /** @param home where profiles and what completion remembers lie */
  CliRun(Path home) {
    this.home = home;
  }

  /** Calls this address with this token. */
  CliRun to(String url, String login) {
    var file = home.resolve("token");
    try {
      Files.writeString(file, login + "\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return with("LATCHKEY_URL", url).with("LATCHKEY_TOKEN_FILE", file.toString());
  }

  CliRun with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  CliRun named(String other) {
    name = other;
    return this;
  }

  CliRun reading(String text) {
    input = text;
    return this;
  }

  CliRun onTerminal() {
    terminal = true;
    return this;
  }

  CliRun run(String... words) {
    var stdout = new ByteArrayOutputStream();
    var stderr = new ByteArrayOutputStream();
    pauses.clear();
    code = new LatchkeyCommand(new Workplace(
            name,
            environment,
            home,
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            stdout,
            stderr,
            terminal,
            terminal,
            pauses::add))
        .run(List.of(words));
    out = stdout.toString(StandardCharsets.UTF_8);
    err = stderr.toString(StandardCharsets.UTF_8);
    return this;
  }

  int code() {
    return code;
  }

  String out() {
    return out;
  }

  String err() {
    return err;
  }

  /** How long it would have waited, each time. */
  List<Duration> pauses() {
    return pauses;
  }
}
