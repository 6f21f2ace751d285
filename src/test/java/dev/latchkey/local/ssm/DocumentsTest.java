package dev.latchkey.local.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command documents say what their sources say, in a form that Systems Manager accepts. */
class DocumentsTest {
  private static final int LARGEST = 64 * 1024;
  private static final int LARGEST_REPEAT = 1000;

  /** {@code python3 infra/agent/build.py} writes them anew. */
  @Test
  void bothAreWhatTheGeneratorMakes() throws IOException {
    var check = InstallDocument.build("--check");

    assertThat(check.errors()).isEmpty();
    assertThat(check.exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Latchkey-Order.json", "Latchkey-Install.json"})
  void theFirstLineNamesTheGeneratorAndTheCommand(String name) throws IOException {
    assertThat(read(name).lines().findFirst().orElseThrow())
        .startsWith("{\"description\": ")
        .contains("infra/agent/build.py", "`make docs`");
  }

  @Test
  void latchkeyOrderIsMadeOfItsScript() throws IOException {
    assertThat(InstallDocument.scriptIn(read("Latchkey-Order.json")))
        .isEqualTo(expanded("order.sh"));
  }

  @Test
  void latchkeyInstallIsMadeOfItsScript() throws IOException {
    var document = read("Latchkey-Install.json");

    assertThat(InstallDocument.scriptIn(document))
        .isEqualTo(expanded("install.sh").replace("@HASH@", InstallDocument.hashIn(document)));
  }

  /** With what both have in common in its place. */
  private static String expanded(String name) throws IOException {
    var text = read(name);
    for (var part : List.of("BACK", "LOCK")) {
      var mark = "@" + part + "@";
      var lines = read(part.toLowerCase(Locale.ROOT) + ".sh")
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
      text = text.lines()
          .flatMap(line -> line.strip().equals(mark)
              ? lines.stream().map(line.replace(mark, "")::concat)
              : Stream.of(line))
          .collect(Collectors.joining("\n", "", "\n"));
    }
    return text;
  }

  /** A part's number has one digit. */
  @Test
  void theAgentHasAtMostNineParts() throws IOException {
    var parameters = new ObjectMapper().readTree(read("Latchkey-Install.json")).path("parameters");

    assertThat(Files.size(InstallDocument.AGENT))
        .isLessThan(9L * parameters.at("/data/maxChars").asInt());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Latchkey-Order.json", "Latchkey-Install.json"})
  void everyDocumentIsOneStepForLinuxThatEnds(String name) throws IOException {
    var document = new ObjectMapper().readTree(read(name));

    assertThat(document.path("schemaVersion").asText()).isEqualTo("2.2");
    assertThat(document.path("mainSteps")).hasSize(1);
    var step = document.at("/mainSteps/0");
    assertThat(step.path("action").asText()).isEqualTo("aws:runShellScript");
    assertThat(step.path("name").asText()).matches("[a-z]+");
    assertThat(step.path("precondition"))
        .hasToString("{\"StringEquals\":[\"platformType\",\"Linux\"]}");
    assertThat(step.at("/inputs/timeoutSeconds").asText()).matches("[0-9]+");
    assertThat(step.at("/inputs/timeoutSeconds").asInt()).isBetween(5, 600);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Latchkey-Order.json", "Latchkey-Install.json"})
  void everyParameterIsAVariableOfANarrowAlphabet(String name) throws IOException {
    for (var parameter :
        new ObjectMapper().readTree(read(name)).path("parameters").properties()) {
      assertThat(parameter.getKey()).matches("[a-zA-Z0-9]+");
      assertThat(parameter.getValue().path("type").asText()).isEqualTo("String");
      assertThat(parameter.getValue().path("interpolationType").asText()).isEqualTo("ENV_VAR");
      var pattern = parameter.getValue().path("allowedPattern").asText();
      assertThat(pattern).startsWith("^").endsWith("$").doesNotContain("\\", ".", "(", "|");
      Pattern.compile("[{,]([0-9]+)")
          .matcher(pattern)
          .results()
          .forEach(repeat ->
              assertThat(Integer.parseInt(repeat.group(1))).isLessThanOrEqualTo(LARGEST_REPEAT));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Latchkey-Order.json", "Latchkey-Install.json"})
  void everyPlaceholderIsAParameterInQuotesThatItsAlphabetCannotEnd(String name)
      throws IOException {
    var parameters = new ObjectMapper().readTree(read(name)).path("parameters");
    var script = InstallDocument.scriptIn(read(name));

    Pattern.compile(".?\\{\\{\\s*(\\w+)\\s*}}.?").matcher(script).results().forEach(found -> {
      assertThat(parameters.has(found.group(1))).isTrue();
      assertThat(found.group()).startsWith("'").endsWith("'");
    });
    parameters
        .fieldNames()
        .forEachRemaining(parameter -> assertThat(script).contains("'{{ " + parameter + " }}'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Latchkey-Order.json", "Latchkey-Install.json"})
  void withTheLargestParametersItIsBelow64KiB(String name) throws IOException {
    var size = Files.size(InstallDocument.FOLDER.resolve(name));
    for (var parameter :
        new ObjectMapper().readTree(read(name)).path("parameters").properties()) {
      size += parameter.getKey().length() + largest(parameter.getValue());
    }

    assertThat(size).isLessThan(LARGEST);
  }

  @ParameterizedTest
  @CsvSource({"sh, -n", "dash, -n", "bash, -n", "shellcheck, -x"})
  void bothScriptsAreSoundToEveryReader(String reader, String option) throws Exception {
    assumeThat(isInstalled(reader)).isTrue();
    for (var script : List.of("order.sh", "install.sh")) {
      var reading = new ProcessBuilder(
              reader, option, InstallDocument.FOLDER.resolve(script).toString())
          .redirectErrorStream(true)
          .start();
      assertThat(new String(reading.getInputStream().readAllBytes())).isEmpty();
      assertThat(reading.waitFor()).isZero();
    }
  }

  private static int largest(JsonNode parameter) {
    var fixed = Pattern.compile("\\{([0-9]+)}\\$$")
        .matcher(parameter.path("allowedPattern").asText());
    return parameter.has("maxChars")
        ? parameter.path("maxChars").asInt()
        : Integer.parseInt(fixed.results().findFirst().orElseThrow().group(1));
  }

  private static boolean isInstalled(String program) {
    return List.of(System.getenv("PATH").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static String read(String name) throws IOException {
    return Files.readString(InstallDocument.FOLDER.resolve(name));
  }
}
