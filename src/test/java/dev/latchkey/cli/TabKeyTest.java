package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tab key, pressed in real shells; skipped for a shell that this machine does not have. */
class TabKeyTest {
  @TempDir
  Path home;

  private final ScriptedServer server = new ScriptedServer();

  /** Servers and tickets are remembered already, so that a slow machine is in time. */
  @BeforeEach
  void remember() throws IOException {
    server.done(
        "{\"servers\":[{\"name\":\"web01\"},{\"name\":\"mail:7\"},{\"name\":\"$(touch pwned)\"},{\"name\":\"`touch${IFS}pwned`\"},"
            + "{\"name\":\"evil;touch pwned\"},{\"name\":\"two words\"},{\"name\":\"it's\"},{\"name\":\"~root\"},{\"name\":\"x\\\"y\"}]}");
    server.done("{\"auths\":[{\"ticket_id\":501718622},{\"ticket_id\":\"$(touch pwned)\"}]}");
    remembered("latchkey fleet_server_check api.server=", "api.server=web01");
    remembered("latchkey ticket_revoke ticket_id=", "ticket_id=501718622");
    try (var files = Files.list(home.resolve(".cache/latchkey"))) {
      for (var file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(3600)));
      }
    }
    Files.writeString(home.resolve(".hushlogin"), "");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void remembered(String line, String expected) {
    assertThat(new CliRun(home)
            .to(server.url(), "root:T")
            .reading(line)
            .run("__complete")
            .out())
        .contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void completesWhatAShellCanRunSafely(String shell) throws Exception {
    assumeThat(Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, shell)))
        .as(shell + " is not installed; the tab key is not tried in it")
        .anyMatch(Files::isExecutable);

    assertThat(after(
            shell,
            "latchkey ticket_gra",
            "whmapi1 ticket_close ticket_i",
            "latchkey ticket_list ticket_status=cl",
            "latchkey ticket_list --output=xm",
            "latchkey fleet_server_check api.server=we",
            "latchkey fleet_server_check api.server=mail:",
            "latchkey ticket_revoke ticket_id=",
            "latchkey fleet_server_check api.server=$",
            "latchkey fleet_server_check --server tw"))
        .containsExactly(
            "latchkey ticket_grant ",
            "whmapi1 ticket_close ticket_id=",
            "latchkey ticket_list ticket_status=closed ",
            "latchkey ticket_list --output=xml ",
            "latchkey fleet_server_check api.server=web01 ",
            "latchkey fleet_server_check api.server=mail:7 ",
            "latchkey ticket_revoke ticket_id=501718622 ",
            "latchkey fleet_server_check api.server=$",
            "latchkey fleet_server_check --server tw");
    assertThat(home.resolve("pwned")).doesNotExist();
  }

  /** @return what stands on each line after the tab key */
  private List<String> after(String shell, String... lines) throws Exception {
    Files.writeString(
        home.resolve("script"), new CliRun(home).run("completion", shell).out());
    var words = new ArrayList<>(
        List.of("python3", "src/test/resources/tab-key.py", shell, home.toString()));
    words.addAll(List.of(lines));
    var typed = new CliProcess(home).login("root:T").typed(server.url(), "exec \"$@\"");
    typed.command().add("bash");
    typed.command().addAll(words);
    typed.directory(Path.of("").toAbsolutePath().toFile());
    var process = typed.redirectErrorStream(true).start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }
}
