package dev.latchkey.local.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.text.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ssm.model.InvalidParametersException;

/** Latchkey-Order, run as Systems Manager runs it. */
class OrderScriptTest {
  private static final String ORDER = "{\"latchkey\": 1, \"say\": \"hi \\\"; $(id); `id` 'x\"}";
  private static final int LARGEST = 56_000;
  private static final String NO_HASH = "0".repeat(64);

  @TempDir
  Path folder;

  private AgentBench bench;

  @BeforeEach
  void start() {
    bench = new AgentBench(folder);
    bench.putAgent(AgentBench.AGENT);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theAgentReadsTheOrderAndNothingElseHasIt(boolean old) {
    age(old);

    var ended = bench.order(ORDER);

    assertThat(ended.standardOutputContent())
        .isEqualTo(
            "order --root " + bench.server.folder() + "\n['SSM_COMMAND_ID']\n" + ORDER + "\n");
    assertThat(ended.standardErrorContent()).isEmpty();
    assertThat(ended.responseCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLargestOrderArrivesWhole(boolean old) {
    age(old);
    bench.putAgent("import sys; print(len(sys.stdin.read()))".getBytes());

    var ended = bench.send(Sha256.hex(read(bench.server.agent())), "QUJD".repeat(LARGEST / 4));

    assertThat(ended.standardOutputContent()).isEqualTo(LARGEST / 4 * 3 + "\n");
  }

  @Test
  void itEndsAsTheAgentEnds() {
    bench.putAgent("print('{}'); raise SystemExit(1)".getBytes());

    var ended = bench.send(Sha256.hex(read(bench.server.agent())), "QUJD");

    assertThat(ended.responseCode()).isEqualTo(1);
    assertThat(ended.standardOutputContent()).isEqualTo("{}\n");
  }

  @Test
  void anotherAgentIsNotRun() {
    var ended = bench.send(NO_HASH, "QUJD");

    assertThat(ended.responseCode()).isEqualTo(1);
    assertThat(ended.standardOutputContent())
        .isEqualTo("{\"latchkey\": 1, \"outcome\": \"NO_AGENT\", \"sha256\": \""
            + Sha256.hex(AgentBench.AGENT) + "\"}\n");
  }

  @Test
  void aMissingAgentIsToldApart() throws IOException {
    Files.delete(bench.server.agent());

    var ended = bench.order(ORDER);

    assertThat(ended.responseCode()).isEqualTo(1);
    assertThat(ended.standardOutputContent())
        .isEqualTo("{\"latchkey\": 1, \"outcome\": \"NO_AGENT\", \"sha256\": \"\"}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"order.sh", "install.sh"})
  void withoutPythonItSaysSo(String name) throws Exception {
    var script = Files.readString(InstallDocument.FOLDER.resolve(name))
        .replaceFirst("(?m)^PATH=.*$", "PATH=" + folder)
        .replace("/usr/libexec/platform-python", folder + "/platform-python");
    var running =
        new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();

    assertThat(new String(running.getInputStream().readAllBytes()))
        .isEqualTo("{\"latchkey\": 1, \"outcome\": \"NO_PYTHON\"}\n");
    assertThat(running.waitFor()).isEqualTo(1);
  }

  static Stream<String> hostilePayloads() {
    return Stream.of(
        "'; touch MARK; '",
        "\"; touch MARK; \"",
        "$(touch MARK)",
        "`touch MARK`",
        "QUJD\n'; touch MARK; '",
        "QUJD; touch MARK",
        "'$(touch MARK)'",
        "QUJD===",
        "QUJD&",
        "",
        "€");
  }

  @ParameterizedTest
  @MethodSource("hostilePayloads")
  void aHostilePayloadIsRefusedBeforeItIsSent(String payload) {
    assertThatThrownBy(() -> bench.send(Sha256.hex(AgentBench.AGENT), marked(payload)))
        .isInstanceOf(InvalidParametersException.class);
    assertThatThrownBy(() -> bench.send(marked(payload), "QUJD"))
        .isInstanceOf(InvalidParametersException.class);
  }

  /** To the service the end of a pattern comes before a last line break, too; to the node it does not. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPayloadThatEndsInALineBreakIsRefusedByTheNode(boolean old) {
    age(old);

    var ended = bench.send(Sha256.hex(AgentBench.AGENT), "QUJD\n");

    assertThat(ended.statusDetails()).isEqualTo("Failed");
    assertThat(ended.standardOutputContent()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("hostilePayloads")
  void evenWithoutThePatternAVariableIsNoScript(String payload) throws IOException {
    bench.close();
    bench = new AgentBench(folder, Map.of(AgentBench.ORDER, withoutPatterns()));

    bench.send(Sha256.hex(AgentBench.AGENT), marked(payload));
    bench.send(marked(payload), "QUJD");

    assertThat(folder.resolve("mark")).doesNotExist();
  }

  private String marked(String payload) {
    return payload.replace("MARK", folder.resolve("mark").toString());
  }

  private void age(boolean old) {
    if (old) {
      bench.growOld();
    }
  }

  private static byte[] withoutPatterns() throws IOException {
    var json = new ObjectMapper();
    var document = json.readTree(Files.readString(InstallDocument.ORDER));
    document.path("parameters").forEach(one -> ((ObjectNode) one).remove("allowedPattern"));
    return json.writeValueAsBytes(document);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
