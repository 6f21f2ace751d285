package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What {@code infra/agent/build.py} makes: the command documents, and Latchkey-Install for another agent. */
final class InstallDocument {
  static final Path FOLDER = Path.of("infra/ssm");
  static final Path ORDER = FOLDER.resolve("Latchkey-Order.json");
  static final Path INSTALL = FOLDER.resolve("Latchkey-Install.json");
  static final Path AGENT = FOLDER.resolve("latchkey_agent.txt");

  private static final String BUILD = "infra/agent/build.py";
  private static final String CALL = """
      import sys
      sys.path.insert(0, "infra/agent")
      import build
      sys.stdout.write(getattr(build, sys.argv[1])(sys.stdin.buffer.read()))
      """;
  private static final Pattern HASH = Pattern.compile("(?m)^wanted=([0-9a-f]{64})$");

  private InstallDocument() {}

  /** Latchkey-Install for this agent. */
  static String asking(byte[] agent) throws IOException {
    return call("install_document", agent);
  }

  /** This agent as it travels. */
  static String packed(byte[] agent) throws IOException {
    return call("packed", agent).replace("\n", "");
  }

  private static String call(String function, byte[] agent) throws IOException {
    var ended = run(agent, List.of("-B", "-c", CALL, function));
    if (ended.exitCode() != 0) {
      throw new AssertionError(ended.errors());
    }
    return ended.output();
  }

  /** Runs the generator. */
  static Ended build(String... options) throws IOException {
    return run(
        new byte[0], Stream.concat(Stream.of("-B", BUILD), Stream.of(options)).toList());
  }

  static String scriptIn(String document) throws IOException {
    var lines = new ObjectMapper().readTree(document).at("/mainSteps/0/inputs/runCommand");
    return StreamSupport.stream(lines.spliterator(), false)
        .map(line -> line.asText())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** The hash of the agent that it installs. */
  static String hashIn(String document) throws IOException {
    return find(HASH, document);
  }

  private static String find(Pattern pattern, String document) throws IOException {
    var found = pattern.matcher(scriptIn(document));
    if (!found.find()) {
      throw new AssertionError("the document has no " + pattern);
    }
    return found.group(1);
  }

  private static Ended run(byte[] input, List<String> arguments) throws IOException {
    var words = Stream.concat(Stream.of("python3"), arguments.stream()).toList();
    var errors = Files.createTempFile("build", ".err");
    try {
      var process = new ProcessBuilder(words).redirectError(errors.toFile()).start();
      try (var given = process.getOutputStream()) {
        given.write(input);
      }
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), output, Files.readString(errors));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      Files.delete(errors);
    }
  }

  record Ended(int exitCode, String output, String errors) {}
}
