package dev.latchkey.api;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.DeclaredAnswers;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Goldens are as their functions declare, and what finds that out finds each kind of mistake. */
@QuarkusTest
class DeclaredAnswersTest extends WhmTest {
  /** An example that is older than some fields of today's documentation; the goldens' README tells of it. */
  private static final List<String> OLDER = Stream.of(
          "whitelist_ips", "last_used", "last_ip", "calls_this_month")
      .map(field -> "004-api_token_list.json: api_token_list answers data.tokens.example." + field
          + ", which is declared and absent")
      .toList();

  private static final Declaration EXAMPLE = Declaration.of("example", "Answers as a test likes.")
      .answers(
          Field.text("name", "Text."),
          Field.flag("on", "A flag."),
          Field.time("since", "A time.").optional(),
          Field.number("most", "A number.").orNull(),
          Field.list(
              "servers", "A list.", Field.text("name", "Text."), Field.flag("up", "A flag.")));

  @Inject
  Functions functions;

  @Test
  void everyGoldenIsAsItsFunctionDeclares() throws IOException {
    var declared = DeclaredAnswers.golden(functions);

    assertThat(goldens())
        .flatMap(file -> declared.problems(Golden.json(file)).stream()
            .map(problem -> file + ": " + problem)
            .filter(not(OLDER::contains))
            .toList())
        .isEmpty();
  }

  @Test
  void everyFunctionHasAGolden() throws IOException {
    assertThat(goldens().stream().map(file -> file.replaceAll("^[0-9]+-|[.]json$", "")))
        .containsAll(functions.declarations().stream().map(Declaration::name).toList());
  }

  private static List<String> goldens() throws IOException {
    try (var files = Files.list(Path.of("src/test/resources/golden"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .sorted()
          .toList();
    }
  }

  @Test
  void anAnswerThatIsAsDeclaredHasNoProblem() {
    assertThat(problems("""
        {"name": "a", "on": 1, "most": null, "servers": [{"name": "web01", "up": 0}]}""")).isEmpty();
  }

  @Test
  void aFieldThatIsNotDeclaredIsFound() {
    assertThat(problems("""
        {"name": "a", "on": 1, "most": 1, "servers": [{"name": "web01", "up": 0, "down": 1}], "more": 1}"""))
        .containsExactly(
            "example answers data.servers[].down, which is not declared",
            "example answers data.more, which is not declared");
  }

  @Test
  void aFieldThatIsAbsentIsFound() {
    assertThat(problems("""
        {"on": 1, "servers": [{"name": "web01"}]}"""))
        .containsExactly(
            "example answers data.name, which is declared and absent",
            "example answers data.most, which is declared and absent",
            "example answers data.servers[].up, which is declared and absent");
  }

  @Test
  void aFieldOfAnotherTypeIsFound() {
    assertThat(problems("""
        {"name": 1, "on": 2, "since": null, "most": "9", "servers": {"name": "web01", "up": 0}}"""))
        .containsExactly(
            "example answers data.name, which is declared as TEXT and is 1",
            "example answers data.on, which is declared as FLAG and is 2",
            "example answers data.since, which is null and not declared so",
            "example answers data.most, which is declared as NUMBER and is \"9\"",
            "example answers data.servers, which is declared as a list and is {\"name\":\"web01\",\"up\":0}");
  }

  @Test
  void dataThatAreAbsentAreFound() {
    var answer = WhmClient.parse("""
        {"metadata": {"version": 1, "command": "example", "reason": "OK", "result": 1, "server": "web01"}}""");

    assertThat(example(false).problems(answer))
        .containsExactly(
            "example answers metadata.server, which is not declared",
            "example answers data, which is declared and absent");
  }

  @Test
  void recordsMayLackTheFieldsThatACallDoesNotChoose() {
    var answer = answer("""
        {"name": "a", "on": 1, "servers": [{"up": 0}]}""");

    assertThat(example(true).problems(answer))
        .containsExactly("example answers data.most, which is declared and absent");
  }

  private static List<String> problems(String data) {
    return example(false).problems(answer(data));
  }

  private static DeclaredAnswers example(boolean columns) {
    return new DeclaredAnswers(name -> Optional.of(EXAMPLE), false, columns);
  }

  private static JsonNode answer(String data) {
    return WhmClient.parse("""
        {"metadata": {"version": 1, "command": "example", "reason": "OK", "result": 1}, "data": %s}""".formatted(data));
  }
}
