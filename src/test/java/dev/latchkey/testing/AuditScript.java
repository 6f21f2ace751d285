package dev.latchkey.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** {@code infra/audit-verify}, as an auditor runs it on a file. */
public record AuditScript(Path folder) {
  /** @return the exit code and what it says */
  public String says(JsonNode export, String... more) throws IOException, InterruptedException {
    return says(file(export, line -> line), more);
  }

  /** The file of an export, each line of which somebody may have changed. */
  public static String file(JsonNode export, UnaryOperator<String> change) {
    var lines = new StringBuilder();
    export
        .path("lines")
        .forEach(line -> lines.append(change.apply(line.asText())).append('\n'));
    return lines.toString();
  }

  public String says(String file, String... more) throws IOException, InterruptedException {
    var path = Files.writeString(folder.resolve("export"), file);
    var command = new ArrayList<>(List.of("python3", "infra/audit-verify", path.toString()));
    command.addAll(List.of(more));
    return run(command);
  }

  /** @return the exit code and what it says */
  public static String run(List<String> command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return process.exitValue() + " " + said;
  }
}
