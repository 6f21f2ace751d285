package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.PackageVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The command line is packaged by a pom.xml of its own, {@code src/cli/pom.xml}, and must be what was tested. */
class CliPackageTest {
  private static String version(Path pom, String artifact) throws IOException {
    return Pattern.compile(
            "<artifactId>" + artifact + "</artifactId>\\s*<version>([^<]+)</version>")
        .matcher(Files.readString(pom))
        .results()
        .map(found -> found.group(1))
        .findFirst()
        .orElse("");
  }

  @Test
  void itsLibrariesHaveTheVersionsOfTheTests() throws IOException {
    var own = Path.of("src/cli/pom.xml");

    assertThat(version(own, "jackson-core")).isEqualTo(PackageVersion.VERSION.toString());
  }

  @Test
  void itHasTheVersionOfTheService() throws IOException {
    assertThat(version(Path.of("src/cli/pom.xml"), "latchkey-cli"))
        .isEqualTo(version(Path.of("pom.xml"), "latchkey"))
        .isEqualTo(CliVersion.TEXT);
  }

  @Test
  void everyFunctionHasHelpAndEveryOptionStandsInTheManual() throws IOException {
    var manual = Files.readString(Path.of("docs/cli.md"));
    for (var function : FunctionList.embedded().all()) {
      assertThat(HelpText.of(function.name(), place()))
          .contains("Usage: latchkey " + function.name());
    }
    assertThat(OptionGrammar.names()).allMatch(name -> manual.contains("`" + name));
    assertThat(FunctionList.embedded().secrets()).contains("secure_id", "token");
  }

  /** A line of the help that begins with a full stop would be a command of man's. */
  @Test
  void theManualPageHasTheHelp() {
    var page = ManualPage.of(place());

    assertThat(OptionGrammar.names()).allMatch(name -> page.contains(name.replace("-", "\\-")));
    assertThat(page.lines().filter(line -> line.startsWith(".")))
        .allMatch(line -> line.matches("\\.(TH|SH|PP|nf|fi)( .*)?"));
    assertThat(page).contains("\n.SH NAME\nlatchkey, whmapi1 \\- ", "  ticket_grant ");
  }

  @Test
  void theHelpFitsOnATerminal() {
    assertThat(HelpText.general(place()).lines()).allMatch(line -> line.length() <= 80);
    for (var function : FunctionList.embedded().all()) {
      assertThat(HelpText.of(function.name(), place()).lines())
          .as(function.name())
          .allMatch(line -> line.length() <= 100);
    }
  }

  private static Workplace place() {
    return new Workplace(
        "latchkey",
        Map.of(),
        Path.of("/"),
        InputStream.nullInputStream(),
        OutputStream.nullOutputStream(),
        OutputStream.nullOutputStream(),
        false,
        false,
        pause -> {});
  }
}
