package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The registered nodes, each as what it is here: always reachable, on this machine. */
final class DescribeInstanceInformation {
  private static final int USUAL = 50;
  private static final int FEWEST = 5;
  private static final int MOST = 50;
  private static final String TAG = "tag:";

  /** By the names of both kinds of filters that the service has. */
  private static final Map<String, String> FIELDS = Map.of(
      "InstanceIds", "InstanceId",
      "PingStatus", "PingStatus",
      "PlatformType", "PlatformType",
      "PlatformTypes", "PlatformType",
      "AgentVersion", "AgentVersion",
      "ResourceType", "ResourceType");

  private final Nodes nodes;
  private final Platform platform = Platform.ofThisMachine();
  private final Clock clock;

  DescribeInstanceInformation(Nodes nodes, Clock clock) {
    this.nodes = nodes;
    this.clock = clock;
  }

  ObjectNode run(JsonNode request) {
    var most = request.path("MaxResults").asInt(USUAL);
    if (most < FEWEST || most > MOST) {
      throw SsmError.invalid("'maxResults' must be from 5 to 50");
    }
    var after = request.path("NextToken").asText("");
    var found = nodes.all().stream()
        .filter(node -> node.node().id().compareTo(after) > 0)
        .filter(node -> isWanted(node, request))
        .limit(most + 1L)
        .map(this::described)
        .toList();
    var answer = JsonNodeFactory.instance.objectNode();
    answer
        .putArray("InstanceInformationList")
        .addAll(found.subList(0, Math.min(most, found.size())));
    if (found.size() > most) {
      answer.put("NextToken", found.get(most - 1).path("InstanceId").asText());
    }
    return answer;
  }

  private ObjectNode described(NodeQueue queue) {
    var node = queue.node();
    return JsonNodeFactory.instance
        .objectNode()
        .put("InstanceId", node.id())
        .put("PingStatus", "Online")
        .put("LastPingDateTime", clock.millis() / 1000.0)
        .put("AgentVersion", node.agentVersion())
        .put("PlatformType", platform.type())
        .put("PlatformName", platform.name())
        .put("PlatformVersion", platform.version())
        .put("ResourceType", node.id().startsWith("i-") ? "EC2Instance" : "ManagedInstance")
        .put("IPAddress", "127.0.0.1")
        .put("ComputerName", node.computerName());
  }

  private boolean isWanted(NodeQueue node, JsonNode request) {
    var wanted = true;
    for (var filter : request.path("Filters")) {
      wanted &= matches(node, filter.path("Key").asText(), filter.path("Values"));
    }
    for (var filter : request.path("InstanceInformationFilterList")) {
      wanted &= matches(node, filter.path("key").asText(), filter.path("valueSet"));
    }
    return wanted;
  }

  private boolean matches(NodeQueue node, String key, JsonNode values) {
    List<String> any = new ArrayList<>();
    StreamSupport.stream(values.spliterator(), false).map(JsonNode::asText).forEach(any::add);
    if (key.equals("tag-key")) {
      return any.stream().anyMatch(node.tags()::containsKey);
    }
    if (key.startsWith(TAG)) {
      return Optional.ofNullable(node.tags().get(key.substring(TAG.length())))
          .filter(any::contains)
          .isPresent();
    }
    if (!FIELDS.containsKey(key)) {
      throw new SsmError("InvalidFilterKey", "The filter " + key + " is not known here.");
    }
    return any.contains(described(node).path(FIELDS.get(key)).asText());
  }
}
