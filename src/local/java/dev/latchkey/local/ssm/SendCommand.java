package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** Accepts a command: checks all that the service checks, and leaves the rest to the nodes. */
final class SendCommand {
  private static final String DEFAULT_VERSION = "$DEFAULT";
  private static final Set<String> VERSIONS = Set.of(DEFAULT_VERSION, "$LATEST", "1");
  private static final int MOST_NODES = 50;
  private static final int LONGEST_COMMENT = 100;
  private static final int USUAL_DELIVERY = 3600;
  private static final int SHORTEST_DELIVERY = 30;
  private static final int LONGEST_DELIVERY = 2_592_000;

  private final Map<String, CommandDocument> documents;
  private final String stack;
  private final Nodes nodes;
  private final History history;
  private volatile Consumer<String> events = event -> {};

  /** @param stack what the tag of the nodes must say that commands may go to */
  SendCommand(Map<String, CommandDocument> documents, Nodes nodes, History history, String stack) {
    this.documents = documents;
    this.stack = stack;
    this.nodes = nodes;
    this.history = history;
  }

  void tell(Consumer<String> listener) {
    events = listener;
  }

  ObjectNode run(JsonNode request, Faults.Chosen faults) {
    faults.of(PlannedFault.Refused.class).ifPresent(refused -> {
      throw new SsmError(refused.type(), "As asked for.");
    });
    var document = document(request);
    var targets = targets(request);
    var command = new Command(
        UUID.randomUUID().toString(),
        document,
        request.path("DocumentVersion").asText(DEFAULT_VERSION),
        Parameters.checked(document, request.path("Parameters")),
        targets.stream().map(target -> target.node().id()).toList(),
        comment(request),
        delivery(request),
        Instant.now());
    List<CommandOnNode> invocations =
        targets.stream().map(target -> target.invocation(command, faults)).toList();
    invocations.forEach(
        one -> one.whenEnded(() -> events.accept(StatusChange.of(one).json())));
    history.add(command, invocations);
    for (int i = 0; i < targets.size(); i++) {
      Delivery.start(invocations.get(i), targets.get(i));
    }
    return JsonNodeFactory.instance.objectNode().set("Command", SsmAnswers.command(command));
  }

  private CommandDocument document(JsonNode request) {
    var document = documents.get(request.path("DocumentName").asText());
    if (document == null) {
      throw new SsmError("InvalidDocument", "Document with this name does not exist.");
    }
    if (!VERSIONS.contains(request.path("DocumentVersion").asText(DEFAULT_VERSION))) {
      throw new SsmError("InvalidDocumentVersion", "The document has no such version.");
    }
    var hash = request.path("DocumentHash").asText(document.hash());
    if (!request.path("DocumentHashType").asText("Sha256").equals("Sha256")
        || !hash.equals(document.hash())) {
      throw new SsmError("InvalidDocument", "The hash is not that of the document's content.");
    }
    return document;
  }

  private List<NodeQueue> targets(JsonNode request) {
    var ids = new ArrayList<String>();
    request.path("InstanceIds").forEach(id -> ids.add(id.asText()));
    for (var target : request.path("Targets")) {
      if (!target.path("Key").asText().equalsIgnoreCase("InstanceIds")) {
        throw SsmError.invalid("Only targets by InstanceIds are known here.");
      }
      target.path("Values").forEach(id -> ids.add(id.asText()));
    }
    if (ids.isEmpty() || ids.size() > MOST_NODES) {
      throw SsmError.invalid("Name 1 to " + MOST_NODES + " nodes.");
    }
    if (ids.stream().distinct().count() < ids.size()) {
      throw new SsmError("DuplicateInstanceId", "A node is named twice.");
    }
    return ids.stream().map(this::permitted).toList();
  }

  /**
   * The node, if it has the tag, as the roles that {@code sam-template.yaml} gives to functions ask for it. A node that is
   * not there has none, and IAM is asked first.
   */
  private NodeQueue permitted(String id) {
    return nodes
        .find(id)
        .filter(node -> stack.equals(node.tags().get(NodeTags.STACK)))
        .orElseThrow(() -> new SsmError(
            "AccessDeniedException",
            "User: arn:aws:sts::000000000000:assumed-role/" + stack
                + " is not authorized to perform: ssm:SendCommand on resource: " + arn(id)
                + " because no identity-based policy allows the ssm:SendCommand action"));
  }

  private static String arn(String id) {
    return id.startsWith("i-")
        ? "arn:aws:ec2:" + LocalSsm.REGION + ":000000000000:instance/" + id
        : "arn:aws:ssm:" + LocalSsm.REGION + ":000000000000:managed-instance/" + id;
  }

  private static String comment(JsonNode request) {
    var comment = request.path("Comment").asText("");
    if (comment.length() > LONGEST_COMMENT) {
      throw SsmError.invalid("'comment' must have length less than or equal to 100");
    }
    return comment;
  }

  private static int delivery(JsonNode request) {
    var seconds = request.path("TimeoutSeconds").asInt(USUAL_DELIVERY);
    if (seconds < SHORTEST_DELIVERY || seconds > LONGEST_DELIVERY) {
      throw SsmError.invalid("'timeoutSeconds' must be from 30 to 2592000");
    }
    return seconds;
  }
}
