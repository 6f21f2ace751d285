package dev.latchkey;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each claim of SECURITY.md that a test is to hold has a patch in {@code src/test/mutants} that breaks it, and each patch
 * still fits the sources and names a test of its claim. Whether that test fails with it says {@code make mutants}.
 */
class MutantsTest {
  private static final Path PATCHES = Path.of("src/test/mutants");
  private static final Path TESTS = Path.of("src/test/java");
  private static final Path TESTS_OF_THE_AGENT = Path.of("infra/agent");

  /** It needs a native build for each run. */
  private static final String WITHOUT_PATCH = "An executable speaks TLS with AWS";

  private static final Pattern HEADER = Pattern.compile("(?m)^([a-z-]+): (.+)$");
  private static final Pattern FILE = Pattern.compile("--- a/(\\S+)");

  private record Row(String claim, String knownBy) {}

  private record Mutant(String name, String claim, String test, List<String> lines) {
    static Mutant read(Path path) {
      var text = text(path);
      return new Mutant(
          path.getFileName().toString(),
          header(text, "claim"),
          header(text, "killed-by"),
          text.lines().toList());
    }

    private static String header(String text, String name) {
      return HEADER
          .matcher(text.substring(0, text.indexOf("\n--- ")))
          .results()
          .filter(line -> line.group(1).equals(name))
          .map(line -> line.group(2))
          .collect(joining());
    }

    /** The class of a JUnit test, or the module of one of the agent's. */
    String testName() {
      return isOfTheAgent() ? test.split("\\.")[1] : test.split("#")[0];
    }

    /** The method's beginning; empty where the whole class or module is named. */
    String method() {
      var words = test.split(isOfTheAgent() ? "\\." : "#");
      if (isOfTheAgent()) {
        return words.length > 3 ? " def " + words[3] + "(" : "";
      }
      return words.length > 1 ? " void " + words[1] + "(" : "";
    }

    boolean isOfTheAgent() {
      return test.startsWith("tests.");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The claims that are known by a test. */
  private static List<Row> rows() {
    return text(Path.of("SECURITY.md"))
        .lines()
        .map(line -> line.split(" \\| "))
        .filter(cells -> cells.length == 2 && cells[1].startsWith("T "))
        .map(cells -> new Row(cells[0].substring(2), cells[1]))
        .toList();
  }

  static Stream<Mutant> mutants() throws IOException {
    try (var files = Files.list(PATCHES)) {
      return files
          .filter(path -> path.toString().endsWith(".patch"))
          .sorted()
          .map(Mutant::read)
          .toList()
          .stream();
    }
  }

  @Test
  void everyClaimHasAMutant() throws IOException {
    var broken = mutants().map(Mutant::claim).toList();

    assertThat(rows()).hasSizeGreaterThan(25);
    assertThat(rows().stream().map(Row::claim).filter(claim -> !claim.startsWith(WITHOUT_PATCH)))
        .allMatch(claim -> broken.stream().anyMatch(claim::startsWith));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void itBreaksOneClaimWhoseTestIsNamedThere(Mutant mutant) throws IOException {
    var rows =
        rows().stream().filter(row -> row.claim().startsWith(mutant.claim())).toList();

    assertThat(mutant.claim()).isNotEmpty();
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).knownBy()).containsPattern("[`/]" + mutant.testName() + "(\\.py)?`");
    assertThat(sourceOf(mutant)).contains(mutant.method());
  }

  private static String sourceOf(Mutant mutant) throws IOException {
    var folder = mutant.isOfTheAgent() ? TESTS_OF_THE_AGENT : TESTS;
    var name = mutant.testName() + (mutant.isOfTheAgent() ? ".py" : ".java");
    try (var files = Files.walk(folder)) {
      return text(files
          .filter(path -> path.getFileName().toString().equals(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError("there is no " + name + " in " + folder)));
    }
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void itStillFits(Mutant mutant) {
    var file = "";
    var hunk = new ArrayList<String>();
    for (var line : mutant.lines()) {
      var named = FILE.matcher(line);
      if (named.matches()) {
        assertFits(hunk, file);
        file = named.group(1);
      } else if (line.startsWith("@@")) {
        assertFits(hunk, file);
      } else if (!file.isEmpty() && (line.startsWith(" ") || line.startsWith("-"))) {
        hunk.add(line.substring(1));
      }
    }
    assertThat(hunk).isNotEmpty();
    assertFits(hunk, file);
  }

  private static void assertFits(List<String> hunk, String file) {
    if (!hunk.isEmpty()) {
      assertThat(text(Path.of(file))).contains(String.join("\n", hunk) + "\n");
    }
    hunk.clear();
  }
}
