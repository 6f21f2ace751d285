package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.latchkey.text.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command document of schema 2.2 with one step, a shell script: the part of the language that Latchkey uses.
 *
 * @param hash of the content, SHA-256 in lower-case hexadecimal digits
 */
record CommandDocument(
    String name,
    int size,
    String hash,
    Map<String, DocumentParameter> parameters,
    String step,
    String script,
    Duration timeout) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\s*([A-Za-z0-9_]+)\\s*}}");
  private static final int SHORTEST = 5;
  private static final int LONGEST = 172_800;
  private static final int USUAL = 3600;

  static CommandDocument of(String name, byte[] content) {
    try {
      var document = JSON.readTree(content);
      var steps = document.path("mainSteps");
      var step = steps.path(0);
      if (steps.size() != 1 || !step.path("action").asText().equals("aws:runShellScript")) {
        throw new IllegalArgumentException(name + " is not one step of aws:runShellScript");
      }
      return new CommandDocument(
          name,
          content.length,
          Sha256.hex(content),
          declared(document.path("parameters")),
          step.path("name").asText(),
          lines(step.path("inputs").path("runCommand")),
          timeout(step.path("inputs").path("timeoutSeconds").asInt(USUAL)));
    } catch (IOException e) {
      throw new UncheckedIOException(name + " is not JSON", e);
    }
  }

  /** The script as the node writes it down. */
  String scriptFor(Map<String, String> values, boolean oldAgent) {
    return PLACEHOLDER
        .matcher(script)
        .replaceAll(found ->
            Matcher.quoteReplacement(replacement(found.group(1), found.group(), values, oldAgent)));
  }

  /** What the node sets beside the script. */
  Map<String, String> variables(Map<String, String> values, boolean oldAgent) {
    var variables = new LinkedHashMap<String, String>();
    parameters.values().stream()
        .filter(parameter -> parameter.inEnvironment() && !oldAgent)
        .forEach(parameter -> variables.put(parameter.variable(), values.get(parameter.name())));
    return variables;
  }

  private String replacement(
      String parameter, String written, Map<String, String> values, boolean oldAgent) {
    var declared = parameters.get(parameter);
    if (declared == null) {
      return written;
    }
    return declared.inEnvironment() && !oldAgent
        ? "${" + declared.variable() + "}"
        : values.get(parameter);
  }

  private static Map<String, DocumentParameter> declared(JsonNode parameters) {
    var declared = new LinkedHashMap<String, DocumentParameter>();
    for (var one : parameters.properties()) {
      declared.put(one.getKey(), DocumentParameter.of(one.getKey(), one.getValue()));
    }
    return declared;
  }

  private static String lines(JsonNode runCommand) {
    var lines = new ArrayList<String>();
    runCommand.forEach(line -> lines.add(line.asText()));
    return String.join("\n", lines) + "\n";
  }

  /** As the agent of Systems Manager has it: what is out of range is not the nearest, but the usual. */
  private static Duration timeout(int seconds) {
    return Duration.ofSeconds(seconds < SHORTEST || seconds > LONGEST ? USUAL : seconds);
  }
}
