package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Tags of managed nodes, checked as the service checks them; they last as long as this run. */
final class NodeTags {
  /** Which nodes are a stack's: the value of its key is the stack's name. */
  static final String STACK = "Latchkey";

  private static final String KIND = "ManagedInstance";
  private static final int MOST = 50;
  private static final Pattern KEY = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,128}");
  private static final Pattern VALUE = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,256}");

  private final Nodes nodes;

  NodeTags(Nodes nodes) {
    this.nodes = nodes;
  }

  ObjectNode add(JsonNode request) {
    var tags = node(request).tags();
    var wanted = new TreeMap<>(tags);
    for (var tag : request.path("Tags")) {
      var key = tag.path("Key").asText();
      var value = tag.path("Value").asText();
      if (!KEY.matcher(key).matches() || !VALUE.matcher(value).matches()) {
        throw SsmError.invalid("'tags' must have valid keys and values");
      }
      wanted.put(key, value);
    }
    if (wanted.size() > MOST) {
      throw new SsmError("TooManyTagsError", "A resource has 50 tags at most.");
    }
    tags.putAll(wanted);
    return empty();
  }

  ObjectNode remove(JsonNode request) {
    var tags = node(request).tags();
    request.path("TagKeys").forEach(key -> tags.remove(key.asText()));
    return empty();
  }

  ObjectNode list(JsonNode request) {
    var answer = empty();
    var list = answer.putArray("TagList");
    node(request)
        .tags()
        .forEach((key, value) -> list.addObject().put("Key", key).put("Value", value));
    return answer;
  }

  /** The type is that of hybrid nodes alone; the tags of an EC2 instance are EC2's. */
  private NodeQueue node(JsonNode request) {
    if (!request.path("ResourceType").asText().equals(KIND)) {
      throw new SsmError("InvalidResourceType", "Only " + KIND + " is known here.");
    }
    return Optional.of(request.path("ResourceId").asText())
        .filter(id -> id.startsWith("mi-"))
        .flatMap(nodes::find)
        .orElseThrow(() -> new SsmError(
            "InvalidResourceId",
            "The resource ID is not valid. Verify that you entered the correct ID and try again."));
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
