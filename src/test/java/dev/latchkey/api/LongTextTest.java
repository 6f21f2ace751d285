package dev.latchkey.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.latchkey.access.Privilege;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No name, value or control that fits into a request is our fault, nor does it take long: of every function. */
@QuarkusTest
class LongTextTest extends WhmTest {
  private static final int LENGTH = 60_000;
  private static final Duration LONG = Duration.ofSeconds(2);

  private static final List<String> TEXTS = Stream.of(
          "_",
          "a",
          "1",
          "-",
          ",",
          "\"",
          "\"a\"",
          "a,",
          "=",
          "[",
          "[1",
          "-1",
          "amp;",
          " ",
          "\n",
          " \n",
          ":",
          "1.",
          "/",
          "BEGIN ",
          "BEGIN A ",
          "A ",
          "0a:",
          "ssh-ed25519 AAAA =",
          "ssh-ed25519\n")
      .map(piece -> piece.repeat(LENGTH / piece.length()))
      .flatMap(text -> Stream.of(text, text + "!"))
      .toList();

  @Inject
  Functions functions;

  @Test
  void everyParameterReadsOrRefusesALongText() {
    // Many functions share a parameter, which reads alike in all of them.
    functions.declarations().stream()
        .flatMap(declaration -> declaration.parameters().stream())
        .distinct()
        .forEach(parameter -> TEXTS.forEach(text -> {
          var given = new Arguments(List.of(new Argument(parameter.name(), text)));
          quick(parameter.name(), text, () -> parameter.from(given));
        }));
  }

  @Test
  void aFunctionReadsOrRefusesALongName() {
    for (var declaration : functions.declarations().stream()
        .filter(Declaration::isChanging)
        .limit(2)
        .toList()) {
      for (var text : TEXTS) {
        var given =
            new Arguments(List.of(new Argument(text, "x"), new Argument("acl" + text, "x")));
        quick(
            declaration.name(),
            text,
            () -> declaration.refuseNearMisses(given, declaration.isChanging()));
      }
    }
  }

  @Test
  void noCallWithALongTextAnswersThatWeBroke() {
    var caller = reseller(
        Privilege.SUPPORT_ACCESS,
        Privilege.SSH_KEYS,
        Privilege.FLEET_READ,
        Privilege.MANAGE_API_TOKENS);
    var text = "_".repeat(LENGTH);
    for (var declaration : functions.declarations()) {
      caller.post(declaration.name(), text, "x");
    }
    for (var control : List.of("filter", "sort", "columns", "chunk")) {
      for (var part : List.of("a", "a.field", "a.arg0", "a.method", "start")) {
        caller.post(
            "version", "api." + control + ".enable", "1", "api." + control + "." + part, text);
      }
    }
  }

  private static void quick(String what, String text, Runnable reading) {
    var as = what + " with " + text.substring(0, 20) + "…" + text.charAt(text.length() - 1);
    var before = System.nanoTime();
    assertThatCode(() -> {
          try {
            reading.run();
          } catch (WhmFailure refusal) {
            assertThat(refusal.getMessage().length()).isLessThan(5_000);
          }
        })
        .as(as)
        .doesNotThrowAnyException();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).as(as).isLessThan(LONG);
  }
}
