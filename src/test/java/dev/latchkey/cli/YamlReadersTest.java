package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Whatever an answer holds: what a reader of YAML finds is what the JSON says. */
class YamlReadersTest {
  private static final long SEED = 16;
  private static final int DOCUMENTS = 500;
  private static final List<String> WORDS = List.of(
      "",
      " ",
      "~",
      "-",
      "--",
      "---",
      "...",
      "?",
      ":",
      "a: b",
      "a:b",
      "a:",
      " #",
      "a #b",
      "#",
      "yes",
      "No",
      "on",
      "TRUE",
      "null",
      "1",
      "01",
      "0x1F",
      "0b1",
      "1_0",
      "1:30",
      "1:30.5",
      "2026-11-28",
      "2026-1-1 1:2:3",
      "1e5",
      "1.",
      ".5",
      "+.inf",
      ".nan",
      "NaN",
      "=",
      "<<",
      "!x",
      "&x",
      "*x",
      "|",
      ">",
      "%x",
      "@x",
      "`x",
      "\"",
      "'",
      "\\",
      "\\n",
      "{}",
      "[]",
      ", x",
      "a, b",
      "x\ty",
      "\t",
      "\n",
      "a\nb\n",
      "\r\n",
      "é",
      "日本",
      "👍",
      "ssh-ed25519 AAAA",
      "x ",
      " x",
      "- a",
      "? a",
      "0",
      "-0",
      "123456789012",
      "0o7",
      "1,000",
      "10:",
      "y",
      "N",
      "^",
      "a\u0001",
      "\u001b[0m",
      "//",
      "\u007f");

  private final Random random = new Random(SEED);

  private String text() {
    var text = new StringBuilder(WORDS.get(random.nextInt(WORDS.size())));
    while (random.nextInt(3) == 0) {
      text.append(
          random.nextBoolean()
              ? WORDS.get(random.nextInt(WORDS.size()))
              : Character.toString(' ' + random.nextInt(95)));
    }
    return text.toString();
  }

  private Object value(int depth) {
    return switch (random.nextInt(depth > 3 ? 4 : 6)) {
      case 0 -> random.nextInt();
      case 1 -> null;
      case 2, 3 -> text();
      case 4 -> {
        var list = new ArrayList<Object>();
        for (var i = random.nextInt(4); i > 0; i--) {
          list.add(value(depth + 1));
        }
        yield list;
      }
      default -> hash(depth);
    };
  }

  private Map<String, Object> hash(int depth) {
    var hash = new LinkedHashMap<String, Object>();
    for (var i = random.nextInt(5); i > 0; i--) {
      hash.put(text(), value(depth + 1));
    }
    return hash;
  }

  private List<Map<String, Object>> documents() {
    var all = new ArrayList<Map<String, Object>>();
    for (var i = 0; i < DOCUMENTS; i++) {
      all.add(hash(0));
    }
    return all;
  }

  private static String yaml(Map<String, Object> document) throws IOException {
    var json = new ObjectMapper().writeValueAsBytes(document);
    return YamlText.of(NodeReader.read(json).orElseThrow());
  }

  @Test
  void snakeYamlFindsTheSame() throws IOException {
    var reader = new Yaml(new SafeConstructor(new LoaderOptions()));
    for (var document : documents()) {
      var yaml = yaml(document);
      assertThat(reader.<Object>load(yaml)).as(yaml).isEqualTo(document);
    }
  }

  @Test
  void syckFindsTheSameTexts() throws IOException {
    Syck.isThere();
    var documents = documents();
    var all = new StringBuilder();
    for (var document : documents) {
      all.append(yaml(document));
    }
    var found = new ObjectMapper().readTree(Syck.load(all.toString()));
    assertThat(found).hasSize(documents.size());
    for (var i = 0; i < documents.size(); i++) {
      assertThat(texts(found.get(i)))
          .as(yaml(documents.get(i)))
          .isEqualTo(texts(new ObjectMapper().valueToTree(documents.get(i))));
    }
  }

  /** Perl does not tell numbers from texts. */
  private static Object texts(JsonNode node) {
    if (node.isArray()) {
      var list = new ArrayList<Object>();
      node.forEach(item -> list.add(texts(item)));
      return list;
    }
    if (node.isObject()) {
      var hash = new TreeMap<String, Object>();
      node.properties().forEach(field -> hash.put(known(field.getKey()), texts(field.getValue())));
      return hash;
    }
    return node.isNull() ? "null" : "=" + known(node.asText());
  }

  /** Syck's own reader takes a quoted “=” for “str”. */
  private static String known(String text) {
    return text.equals("=") ? "str" : text;
  }
}
