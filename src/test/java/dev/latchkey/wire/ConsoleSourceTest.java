package dev.latchkey.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the console's sources may not have, and how much they may be. */
class ConsoleSourceTest {
  private static final Path SOURCES = Path.of("src/console");

  /** Made of the declarations, and asked for by the shell alone. */
  private static final String FUNCTIONS = "functions.json";

  /** At the beginning of a module; what a function imports comes when it is called. */
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import .* from '\\./([a-z]+\\.js)';$");

  private static final int MOST_LINES = 150;

  /** Ways from a text to markup or code, what outlives the page, and what is somewhere else. */
  private static final Map<String, Pattern> FORBIDDEN = Map.of(
      "markup",
          Pattern.compile(
              "(?:inner|outer)HTML|insertAdjacentHTML|document\\.write|DOMParser|createContextualFragment|setHTML|srcdoc|parseFromString"),
      "code",
          Pattern.compile("\\beval\\b|\\bFunction\\(|javascript:|trustedTypes|setAttribute\\('on"),
      "handlers inside markup", Pattern.compile("<[^>]*\\son[a-z]+\\s*=|<script(?![^>]* src=)"),
      "styles inside markup", Pattern.compile("\\sstyle\\s*=|\\.style\\b|<style|@import|url\\("),
      "storage",
          Pattern.compile(
              "localStorage|sessionStorage|indexedDB|document\\.cookie|\\bcaches\\b|serviceWorker|window\\.name"),
      "other hosts", Pattern.compile("https?://(?!www\\.w3\\.org/2000/svg)|[\"'`(]//"));

  @Test
  void theyHaveNoWayFromATextToMarkupOrCodeAndKeepNothing() throws IOException {
    var sources = sources();

    FORBIDDEN.forEach((what, pattern) -> sources.forEach((name, text) -> assertThat(
            pattern.matcher(text).results().map(found -> found.group()).toList())
        .as(what + " in " + name)
        .isEmpty()));
  }

  @Test
  void theListNamesEachOfThem() throws IOException {
    try (var files = Files.list(SOURCES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(ConsoleFiles.TYPES.keySet());
    }
  }

  /** What a browser loads to show each page: what all of them have, and what the page's own modules import. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "signin.js",
        "support.js",
        "tokens.js",
        "keys.js",
        "usage.js",
        "shell.js",
        "receipt.js"
      })
  void aPageIsSmall(String page) throws IOException {
    var sources = sources();
    var names = new TreeSet<>(List.of("index.html", "console.css", "icon.svg"));
    loaded("main.js", sources, names);
    loaded(page, sources, names);

    assertThat(names.stream().mapToInt(name -> bytes(sources.get(name))).sum())
        .as("bytes of %s", names)
        .isLessThanOrEqualTo(40 * 1024);
    assertThat(names.stream().mapToInt(name -> packed(sources.get(name))).sum())
        .as("bytes of %s, compressed", names)
        .isLessThanOrEqualTo(12 * 1024);
  }

  /** What comes when the page is there already, or when somebody asks for it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "revoke.js",
        "grant.js",
        "test.js",
        "close.js",
        "answer.js",
        "elsewhere.js",
        "token.js",
        "fleet.js"
      })
  void whatComesLaterIsSmallToo(String later) throws IOException {
    var sources = sources();
    var there = new TreeSet<String>();
    loaded("main.js", sources, there);
    there.add("tokens.js"); // The page that token.js belongs to.
    var names = new TreeSet<String>();
    loaded(later, sources, names);
    names.removeAll(there);

    assertThat(names.stream().mapToInt(name -> packed(sources.get(name))).sum())
        .as("bytes of %s, compressed", names)
        .isLessThanOrEqualTo(5 * 1024);
  }

  /** The pages that a link can name are those that the script shows. */
  @Test
  void thePagesAreThoseOfTheScript() throws IOException {
    var pages = Pattern.compile("(?m)^  ([a-z_]+): \\['").matcher(sources().get("main.js"));

    assertThat(pages.results().map(found -> found.group(1)))
        .containsExactlyInAnyOrderElementsOf(ConsolePages.NAMES);
  }

  @Test
  void aModuleIsReadAtOneGo() throws IOException {
    sources()
        .forEach((name, text) -> assertThat(text.lines().count())
            .as("lines of " + name)
            .isLessThanOrEqualTo(MOST_LINES));
  }

  /** A module, and all that it imports before it runs. */
  private static void loaded(String name, Map<String, String> sources, Set<String> names) {
    if (names.add(name)) {
      IMPORT
          .matcher(sources.get(name))
          .results()
          .forEach(found -> loaded(found.group(1), sources, names));
    }
  }

  /** What the calls of a page are remembered with has no secret, whatever is declared one later. */
  @Test
  void whatIsDeclaredSecretIsBlankedInTheListOfCalls() throws IOException {
    var declared = new TreeSet<String>();
    for (var function : functions()) {
      for (var parameter : function.path("parameters")) {
        if (parameter.path("secret").asBoolean()) {
          declared.add(parameter.path("name").asText());
        }
      }
      function.path("secrets").forEach(name -> declared.add(name.asText()));
    }
    var list =
        Pattern.compile("const SECRETS = \\[([^\\]]*)]").matcher(sources().get("call.js"));

    assertThat(declared).contains("secure_id", "token");
    assertThat(list.find()).isTrue();
    assertThat(Stream.of(list.group(1).split(", ")).map(name -> name.replace("'", "")))
        .containsExactlyInAnyOrderElementsOf(declared);
  }

  /** Whatever the console can do, curl can do. */
  @Test
  void eachCallIsOfAFunctionThatIsDeclared() throws IOException {
    var declared = new TreeSet<String>();
    functions().forEach(function -> declared.add(function.path("name").asText()));
    var called = Pattern.compile(
        "(?:call|data|all|everywhere|mine\\.has|may|(?:ask|foretell)\\([^,]*,)[( ]'([a-z_]+)'");

    var names = new TreeSet<String>();
    for (var text : sources().values()) {
      called.matcher(text).results().map(found -> found.group(1)).forEach(names::add);
    }

    assertThat(names).hasSizeGreaterThan(15);
    assertThat(declared).containsAll(names);
  }

  /** What it shows red, and never repeats unasked. */
  @Test
  void whatRunsOtherFunctionsMayChangeSomething() throws IOException {
    var batch = new ArrayList<JsonNode>();
    functions().forEach(batch::add);
    batch.removeIf(one -> !one.path("name").asText().equals("batch"));

    assertThat(batch).hasSize(1).allSatisfy(one -> {
      assertThat(one.path("changes").asBoolean()).isTrue();
      assertThat(one.path("dry_run").asBoolean()).isFalse();
    });
  }

  private static JsonNode functions() throws IOException {
    return new ObjectMapper().readTree(SOURCES.resolve(FUNCTIONS).toFile()).path("functions");
  }

  private static Map<String, String> sources() throws IOException {
    var sources = new TreeMap<String, String>();
    for (var name : List.copyOf(ConsoleFiles.TYPES.keySet())) {
      if (!name.equals(FUNCTIONS)) {
        sources.put(name, Files.readString(SOURCES.resolve(name)));
      }
    }
    return sources;
  }

  private static int bytes(String text) {
    return text.getBytes(UTF_8).length;
  }

  private static int packed(String text) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.size();
  }
}
