package dev.latchkey.ssh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Who else judges public keys: the agent, and OpenSSH. Each names the fingerprints of those that it takes. */
final class OtherJudges {
  static final boolean SSH_KEYGEN = Arrays.stream(System.getenv("PATH").split(":"))
      .anyMatch(folder -> Files.isExecutable(Path.of(folder, "ssh-keygen")));

  /** One call of ssh-keygen judges so many; it prints one line for each key that it reads. */
  private static final int LINES_OF_A_FILE = 1000;

  /** Lines come in hexadecimal, since they may have line breaks. */
  private static final String AGENT = """
      import sys
      sys.path.insert(0, "infra/agent")
      from latchkey_agent.keys import parse_public_key
      for line in sys.stdin:
          try:
              print(parse_public_key(bytes.fromhex(line).decode()).fingerprint)
          except ValueError:
              print("-")
      """;

  private OtherJudges() {}

  /** The fingerprint of each, empty for what is refused. */
  static List<String> agent(List<String> lines) throws IOException {
    var given = new StringBuilder();
    for (var line : lines) {
      given
          .append(HexFormat.of().formatHex(line.getBytes(StandardCharsets.UTF_8)))
          .append('\n');
    }
    return run(given.toString(), "python3", "-c", AGENT)
        .lines()
        .map(told -> told.equals("-") ? "" : told)
        .toList();
  }

  /** The same. A line is known again by a number at the end of its comment. */
  static List<String> sshKeygen(List<String> lines) throws IOException {
    var found = new ArrayList<>(Collections.nCopies(lines.size(), ""));
    for (var from = 0; from < lines.size(); from += LINES_OF_A_FILE) {
      var file = Files.createTempFile("latchkey-keys", ".pub");
      try {
        var given = new StringBuilder();
        for (var i = from; i < Math.min(from + LINES_OF_A_FILE, lines.size()); i++) {
          given.append(asOneLine(lines.get(i))).append(" number=").append(i).append('\n');
        }
        Files.writeString(file, given);
        // It ends with 1 if the file has no key at all.
        run("", "ssh-keygen", "-l", "-f", file.toString()).lines().forEach(told -> {
          var number = told.substring(told.lastIndexOf(" number=") + 8, told.lastIndexOf(" ("));
          found.set(Integer.parseInt(number), told.split(" ")[1]);
        });
      } finally {
        Files.delete(file);
      }
    }
    return found;
  }

  /** A file cannot hold what has several lines as one key, so neither may be taken; nor what a C string ends at. */
  private static String asOneLine(String line) {
    var stripped = line.strip();
    return stripped.contains("\n") || stripped.contains("\r")
        ? "# several lines"
        : stripped.replace("\0", "");
  }

  /** The line of a new key of this kind, such as {@code ecdsa -b 256}. */
  static String newKey(String kind) throws IOException {
    var folder = Files.createTempDirectory("latchkey-key");
    var file = folder.resolve("id");
    try {
      var command = new ArrayList<>(List.of("ssh-keygen", "-q", "-N", "", "-f", file.toString()));
      command.add("-t");
      command.addAll(List.of(kind.split(" ")));
      run("", command.toArray(String[]::new));
      return Files.readString(folder.resolve("id.pub"));
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder.resolve("id.pub"));
      Files.delete(folder);
    }
  }

  private static String run(String given, String... command) throws IOException {
    var in = Files.createTempFile("latchkey-given", "");
    try {
      Files.writeString(in, given);
      var process = new ProcessBuilder(command)
          .redirectInput(in.toFile())
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      var told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(1, TimeUnit.MINUTES);
      return told;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    } finally {
      Files.delete(in);
    }
  }
}
