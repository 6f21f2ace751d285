package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layout is YAML::Syck's; where ours differs is written here, and in docs/cli.md. */
class YamlTextTest {
  private static final String ENVELOPE = """
      {"metadata":{"version":1,"command":"listsshkeys","reason":"OK","result":1},"data":{"keys":[{"acls":["all","a: b","#x"," lead",
      "trail ","two\\nlines\\n","quo\\"te","back\\\\slash","dash-","- item","?","~","yes","NO","null","010","1 a","11.138.0.6","äöü 日本",
      "%41","@at","`tick","{x","[x]","a:","a #b","*","&a","!t","|","> x","tab\\there",""],"create_time":1483625276,"expires_at":null,"list":[],
      "hash":{},"server_num":1,"nested":[[1,[2]],[],{}],"yes":1,"a: b":2,"":3,"-":4}]}}""";

  private static Node node(String json) {
    return NodeReader.read(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  private static String ours(String json) {
    return YamlText.of(node(json));
  }

  private static String golden(String file) throws IOException {
    return Files.readString(Path.of("src/test/resources/golden", file));
  }

  /** What is left out: blanks at ends of lines, empty lines, and quotes around numbers. */
  private static String likeOurs(String ofSyck) {
    return ofSyck
        .lines()
        .map(line -> line.replaceFirst("^((?:.*:|\\s*-|---)) $", "$1"))
        .map(line -> line.replaceFirst("(: |- )'(-?[0-9]+(?:\\.[0-9]+)?)'$", "$1$2"))
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n", "", "\n"));
  }

  @Test
  void oneAnswerWithEverythingInIt() throws IOException {
    assertThat(ours(ENVELOPE)).isEqualTo(golden("cli/envelope.yaml"));
  }

  @Test
  void aReaderOfWordsFindsWhatItFoundInWhms() {
    assertThat(
            ours("{\"metadata\":{\"result\":1},\"data\":{\"token\":\"ABC\"}}").lines())
        .contains("  token: ABC", "  result: 1");
  }

  @Test
  void syckWritesTheSameButForWhatIsDocumented() {
    Syck.isThere();
    var text = ENVELOPE.replace("\"tab\\there\",", "").replace("\"010\",", "");

    assertThat(unquoted(ours(text))).isEqualTo(likeOurs(Syck.dump(text)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "000-ticket_revoke.json",
        "api_token_create.json",
        "004-api_token_list.json",
        "applist.json",
        "ticket_receipt.json",
      })
  void alsoOfAnswersOfTheApi(String golden) throws IOException {
    Syck.isThere();
    var json = golden(golden);

    assertThat(unquoted(ours(json))).isEqualTo(likeOurs(Syck.dump(json)));
  }

  /** Texts that are numbers: Syck does not tell them from numbers. */
  private static String unquoted(String ours) {
    return ours.replaceAll("(?m)(: |- )'(-?[0-9]+(?:\\.[0-9]+)?)'$", "$1$2");
  }

  @Test
  void whatAnotherReaderWouldTakeForAnotherTypeIsQuoted() {
    for (var text : List.of(
        "1",
        "-1",
        "+1",
        "0x1f",
        "0b1",
        "0o7",
        "1_000",
        "1:30",
        "1.5",
        ".5",
        "1.",
        "1e5",
        ".inf",
        ".NaN",
        "2026-11-28",
        "2026-11-28T10:00:00Z",
        "=",
        "<<",
        "y",
        "Off",
        "~",
        "")) {
      assertThat(YamlScalar.text(text)).isEqualTo("'" + text + "'");
      assertThat(YamlScalar.key(text)).isEqualTo("\"" + text + "\"");
    }
  }
}
