package dev.latchkey.local.ssm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;

/** The documents and the agent as they are sent, on a folder server, from the install to the end of a grant. */
class LatchkeyDocumentsTest {
  private static final String BLOB =
      "AAAAC3NzaC1lZDI1NTE5AAAAIGZ20su3NnXoDYwP6Nk9brot9ZYpM4P5TrNIwOjql+Ks";

  @TempDir
  Path folder;

  private AgentBench bench;

  @BeforeEach
  void start() throws IOException {
    bench = new AgentBench(
        folder,
        Map.of(
            AgentBench.ORDER, Files.readAllBytes(InstallDocument.ORDER),
            AgentBench.INSTALL, Files.readAllBytes(InstallDocument.INSTALL)));
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void theAgentIsInstalledAndAnswers() throws IOException {
    assertThat(observed(order(observe())).path("outcome").asText()).isEqualTo("NO_AGENT");

    var installed = install();

    assertThat(installed.standardErrorContent()).isEmpty();
    assertThat(installed.responseCode()).isZero();
    assertThat(observed(installed.standardOutputContent()).at("/agent/sha256").asText())
        .isEqualTo(agentHash());
    var observation = observed(order(observe()));
    assertThat(observation.path("outcome").asText()).isEqualTo("DONE");
    assertThat(observation.path("request").asText()).isEqualTo("look-1");
    assertThat(observation.path("node").asText()).isEqualTo(bench.server.id());
    assertThat(observation.path("command").asText())
        .isIn(bench.bench.ssm.accepted(AgentBench.ORDER));
  }

  @Test
  void theFormerAgentAndItsTimerGiveWay() throws IOException {
    var root = bench.server.folder();
    var former = root.resolve("usr/local/lib/latchkey/latchkey_agent.py");
    var service = root.resolve("etc/systemd/system/latchkey-sweep.service");
    for (var file : List.of(former, service)) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, "ExecStart=/usr/bin/python3 -I " + former + " sweep\n");
    }

    assertThat(observed(install().standardOutputContent()).path("outcome").asText())
        .isEqualTo("DONE");

    assertThat(former.getParent().toFile().list()).containsExactly("latchkey_agent.pyz");
    assertThat(service).content().contains("latchkey_agent.pyz sweep").doesNotContain(former + " ");
  }

  @Test
  void anOldAgentOfSystemsManagerDoesTheSame() throws IOException {
    bench.growOld();
    install();

    assertThat(observed(order(observe())).path("outcome").asText()).isEqualTo("DONE");
  }

  @Test
  void aGrantIsThereAndThenGone() throws IOException {
    install();

    var granted = observed(order(converge(1, List.of(grant()), List.of())));
    assertThat(granted.at("/grants/0/state").asText()).isEqualTo("PRESENT");
    assertThat(keys()).contains(BLOB).contains("admin@web01");

    var ended = observed(order(converge(2, List.of(), List.of(grant()))));
    assertThat(ended.at("/ended/0/gone").asBoolean()).isTrue();
    assertThat(keys()).doesNotContain(BLOB).contains("admin@web01");
  }

  private GetCommandInvocationResponse install() throws IOException {
    return bench.install(Files.readString(InstallDocument.AGENT).replace("\n", ""));
  }

  private Map<String, Object> observe() {
    return Map.of("latchkey", 1, "verb", "observe", "request", "look-1", "node", bench.server.id());
  }

  private Map<String, Object> converge(int generation, List<?> grants, List<?> ending) {
    return Map.of(
        "latchkey",
        1,
        "verb",
        "converge",
        "request",
        "change-" + generation,
        "node",
        bench.server.id(),
        "generation",
        generation,
        "grants",
        grants,
        "ending",
        ending.stream().map(LatchkeyDocumentsTest::withoutEnd).toList());
  }

  private static Map<String, Object> grant() {
    return Map.of(
        "ticket",
        7648492,
        "user",
        "root",
        "key",
        "ssh-ed25519 " + BLOB,
        "from",
        List.of("203.0.113.0/24"),
        "expires_at",
        Instant.now().plus(Duration.ofHours(1)).getEpochSecond());
  }

  private static Map<?, ?> withoutEnd(Object grant) {
    var ending = new HashMap<Object, Object>((Map<?, ?>) grant);
    ending.remove("expires_at");
    return ending;
  }

  private String order(Map<String, Object> order) throws IOException {
    var payload = AgentBench.encoded(new ObjectMapper().writeValueAsString(order));
    return bench.send(agentHash(), payload).standardOutputContent();
  }

  private String keys() throws IOException {
    return Files.readString(bench.server.folder().resolve("root/.ssh/authorized_keys"));
  }

  private static JsonNode observed(String output) throws IOException {
    return new ObjectMapper().readTree(output);
  }

  private static String agentHash() throws IOException {
    return InstallDocument.hashIn(Files.readString(InstallDocument.INSTALL));
  }
}
