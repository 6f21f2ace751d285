package dev.latchkey.sam;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolverTest {
  @TempDir
  Path folder;

  @Test
  void referencesAreNamesAndValues() throws IOException {
    assertThat(value("!Ref P")).isEqualTo("given");
    assertThat(value("!Ref Thing")).isEqualTo("Latchkey-Thing");
    assertThat(value("!Ref Named")).isEqualTo("Latchkey-x");
    assertThat(value("!Ref AWS::Region")).isEqualTo("us-east-1");
    assertThat(value("!GetAtt Thing.Arn"))
        .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:Latchkey-Thing");
  }

  @Test
  void textsAreFilledIn() throws IOException {
    assertThat(value("!Sub \"${P}-${Thing.Arn}\"")).asString().startsWith("given-arn:");
    assertThat(value("!Sub \"${!P} $5\"")).isEqualTo("${P} $5");
  }

  @Test
  void conditionsChoose() throws IOException {
    assertThat(value("!If [IsGiven, 1, 2]")).isEqualTo(1);
    assertThat(value("!If [IsNot, 1, 2]")).isEqualTo(2);
    assertThat(value("!If [Both, 1, 2]")).isEqualTo(2);
    assertThat(value("!If [One, 1, 2]")).isEqualTo(1);
  }

  @Test
  void noValueIsNotThere() throws IOException {
    assertThat(value("{a: !Ref AWS::NoValue, b: [!Ref AWS::NoValue, 1]}"))
        .isEqualTo(Map.of("b", List.of(1)));
  }

  private Object value(String yaml) throws IOException {
    var file = Files.writeString(folder.resolve("template.yaml"), """
        Conditions:
          IsGiven: !Equals [!Ref P, given]
          IsNot: !Not [!Condition IsGiven]
          Both: !And [!Condition IsGiven, !Condition IsNot]
          One: !Or [!Condition IsGiven, !Condition IsNot]
        Resources:
          Thing: {Type: A}
          Named: {Type: A, Properties: {Name: !Sub "${AWS::StackName}-x"}}
        Value: %s
        """.formatted(yaml));
    var template = TemplateYaml.read(file);
    return new Resolver(template, Map.of("P", "given")).value(template.get("Value"));
  }
}
