package dev.latchkey.sam;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * A rule of EventBridge for events of other services.
 *
 * @param function the logical id of its target
 * @param pattern of an event: at the end of each way into it the texts of which it must have one, or {@code {"prefix": TEXT}}
 * @param paths of the input transformer: by variable, such as {@code $.detail.status}
 * @param template of the input, with {@code <variable>} in the texts of its JSON
 */
record EventRule(
    String rule, String function, JsonNode pattern, Map<String, String> paths, String template) {

  boolean matches(JsonNode event) {
    return matches(pattern, event);
  }

  private static boolean matches(JsonNode wanted, JsonNode found) {
    return wanted.isArray()
        ? StreamSupport.stream(wanted.spliterator(), false).anyMatch(one -> isOne(one, found))
        : wanted.properties().stream()
            .allMatch(one -> matches(one.getValue(), found.path(one.getKey())));
  }

  private static boolean isOne(JsonNode wanted, JsonNode found) {
    return wanted.has("prefix")
        ? found.isTextual() && found.asText().startsWith(wanted.get("prefix").asText())
        : found.equals(wanted);
  }

  String input(JsonNode event) {
    var input = template;
    for (var path : paths.entrySet()) {
      var value = event.at(path.getValue().substring(1).replace('.', '/'));
      input = input.replace("<" + path.getKey() + ">", value.asText());
    }
    return input;
  }
}
