package dev.latchkey.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  private static final List<String> COMMON =
      List.of("index.html", "console.css", "icon.svg", "main.js", "call.js", "el.js");

  private static final int MOST_LINES = 200;

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

  /** What a browser loads for each page: what all of them have, and the page's own modules. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "support.js",
        "tokens.js",
        "keys.js",
        "usage.js",
        "shell.js answer.js",
        "receipt.js"
      })
  void aPageIsSmall(String modules) throws IOException {
    var sources = sources();
    var loaded = Stream.concat(COMMON.stream(), Stream.of(modules.split(" ")))
        .map(sources::get)
        .toList();

    assertThat(loaded.stream().mapToInt(text -> text.getBytes(UTF_8).length).sum())
        .as("bytes")
        .isLessThanOrEqualTo(40 * 1024);
    assertThat(loaded.stream().mapToInt(ConsoleSourceTest::packed).sum())
        .as("bytes, compressed")
        .isLessThanOrEqualTo(12 * 1024);
    assertThat(sources.values()).allMatch(text -> text.lines().count() <= MOST_LINES);
  }

  /** Whatever the console can do, curl can do. */
  @Test
  void eachCallIsOfAFunctionThatIsDeclared() throws IOException {
    var declared = new TreeSet<String>();
    new ObjectMapper()
        .readTree(SOURCES.resolve(FUNCTIONS).toFile())
        .path("functions")
        .forEach(function -> declared.add(function.path("name").asText()));
    var called = Pattern.compile(
        "(?:call|data|wouldDo|all|everywhere|mine\\.has|may)\\('([a-z_]+)'|'(ticket_close|ticket_remove_closed)'");

    var names = new TreeSet<String>();
    for (var text : sources().values()) {
      called
          .matcher(text)
          .results()
          .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
          .forEach(names::add);
    }

    assertThat(names).hasSizeGreaterThan(15);
    assertThat(declared).containsAll(names);
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
