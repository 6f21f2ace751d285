package dev.latchkey.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of the documents can be copied as they are: an explanation beside one becomes an argument of it. */
class DocumentedCommandsTest {
  private static final Pattern COMMAND =
      Pattern.compile("    (whm|aws|mvn|make|curl|openssl|grep|jq|ssh|git|npm|node|sam|sudo"
          + "|python3|haproxy|latchkey|latchkey_agent.pyz|whmapi1|\\.?\\.?/?(infra|src)/\\S+) .*");

  /** Quoted text may have blanks in a row. */
  private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");

  private static final Pattern EXPLAINED = Pattern.compile("\\S {2,}[^#\\s].*");

  static Stream<Path> documents() throws IOException {
    return Stream.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs", "infra", "src/cli")
        .flatMap(DocumentedCommandsTest::below)
        .filter(file -> file.toString().endsWith(".md"));
  }

  private static Stream<Path> below(String name) {
    try (var files = Files.walk(Path.of(name))) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void canBeCopied(Path document) throws IOException {
    assertThat(Files.readAllLines(document)).noneMatch(DocumentedCommandsTest::isHarmedByCopying);
  }

  /** Also a comment: zsh, as it is asked for commands, passes it on, and curl sends the token to each word as a host. */
  private static boolean isHarmedByCopying(String line) {
    var bare = QUOTED.matcher(line).replaceAll("_");
    return COMMAND.matcher(line).matches()
        && (EXPLAINED.matcher(bare.strip()).find()
            || bare.matches("    (whm|curl) .* # .*")
            || bare.matches(".*=\\*( .*|$)"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "    whm version   the release",
        "    whm version # the release",
        "    infra/deploy STACK  updates it",
        "    whm authorizesshkey -d api.server=* -d authorize=0"
      })
  void thoseAreHarmed(String line) {
    assertThat(isHarmedByCopying(line)).isTrue();
  }

  @Test
  void thoseAreNot() {
    assertThat(Stream.of(
            "    mvn verify   # all tests",
            "    grep '  a  b' LOG",
            "    whm version -d 'api.server=*'",
            "    client ─ HTTPS   ─> Lambda"))
        .noneMatch(DocumentedCommandsTest::isHarmedByCopying);
  }
}
