package dev.latchkey.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Perl's YAML::Syck, which writes what {@code whmapi1} prints; Debian has it as libyaml-syck-perl. */
final class Syck {
  private static final String DUMP =
      "use YAML::Syck; use JSON::PP; $YAML::Syck::SortKeys = 1; local $/;"
          + " print Dump(JSON::PP->new->utf8->allow_nonref->decode(<STDIN>));";
  private static final String LOAD =
      "use YAML::Syck; use JSON::PP; $YAML::Syck::ImplicitUnicode = 1; local $/; my @all = Load(<STDIN>);"
          + " print JSON::PP->new->utf8->canonical->allow_nonref->encode(\\@all);";

  private Syck() {}

  /** The test that asks is skipped where it is missing. */
  static void isThere() {
    assumeTrue(
        end("use YAML::Syck; use JSON::PP; print 1", "").equals("1"),
        "skipped: there is no YAML::Syck");
  }

  /** As whmapi1 prints a JSON document. */
  static String dump(String json) {
    return end(DUMP, json);
  }

  /** A list of documents as JSON, in which all scalars are texts. */
  static String load(String yaml) {
    return end(LOAD, yaml);
  }

  private static String end(String program, String input) {
    try {
      var perl =
          new ProcessBuilder("perl", "-e", program).redirectErrorStream(true).start();
      var writer = new Thread(() -> {
        try (var out = perl.getOutputStream()) {
          out.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
          // It has ended; what it said says why.
        }
      });
      writer.start();
      return new String(perl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
