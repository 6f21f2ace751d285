package dev.latchkey.delivery;

import dev.latchkey.delivery.HostDocuments.Document;
import dev.latchkey.delivery.Invocation.State;
import dev.latchkey.server.NodeId;
import dev.latchkey.store.ReadOnly;
import dev.latchkey.store.RequestCount;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;
import software.amazon.awssdk.services.ssm.model.DocumentHashType;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.InvocationDoesNotExistException;
import software.amazon.awssdk.services.ssm.model.SsmException;

/** Systems Manager's Run Command: the one class that knows its SDK. */
@Singleton
class RunCommand {
  /** The least that SendCommand takes: an order that is not delivered by then is repeated by us. */
  private static final int DELIVERY_SECONDS = 30;

  /** What SendCommand takes. */
  static final int MOST_NODES = 50;

  private static final String ALL = "100%";

  private static final Set<String> OPEN = Set.of("Pending", "InProgress", "Delayed", "Cancelling");
  private static final Set<String> FINISHED = Set.of("Success", "Failed");
  private static final Set<String> IMPOSSIBLE =
      Set.of("AccessDenied", "InvalidPlatform", "Terminated", "NoInstancesInTag", "LimitExceeded");
  private static final Set<String> NEVER_ACCEPTED = Set.of(
      "InvalidInstanceId",
      "AccessDeniedException",
      "InvalidDocument",
      "InvalidDocumentVersion",
      "UnsupportedPlatformType");

  private final SsmAsyncClient client;

  @Inject
  RunCommand(SsmAsyncClient client) {
    this.client = client;
  }

  /** @return the command's id; fails with what {@link #whyImpossible} tells, or with anything that says nothing for sure */
  Uni<String> send(Document document, NodeId node, Map<String, String> parameters) {
    return send(document, List.of(node), parameters);
  }

  /** As {@link #send}, of an order that changes nothing on its servers: a dry run sends no others. */
  Uni<String> ask(Document document, List<NodeId> nodes, Map<String, String> parameters) {
    return sent(document, nodes, parameters);
  }

  /**
   * One command for several nodes.
   *
   * @param nodes at most {@link #MOST_NODES}, all of which get it at once, whatever becomes of it on the others; when
   *     Systems Manager refuses one of them, none gets it
   * @return as above
   */
  Uni<String> send(Document document, List<NodeId> nodes, Map<String, String> parameters) {
    return ReadOnly.refuse("send an order", () -> sent(document, nodes, parameters));
  }

  private Uni<String> sent(Document document, List<NodeId> nodes, Map<String, String> parameters) {
    var values = parameters.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> List.of(entry.getValue())));
    return RequestCount.send(() -> client.sendCommand(request -> request
            .documentName(document.name())
            .documentVersion(document.version())
            .documentHash(document.sha256())
            .documentHashType(DocumentHashType.SHA256)
            .instanceIds(nodes.stream().map(NodeId::value).toList())
            .maxConcurrency(ALL)
            .maxErrors(ALL)
            .timeoutSeconds(DELIVERY_SECONDS)
            .parameters(values)))
        .map(response -> response.command().commandId());
  }

  Uni<Invocation> look(String command, NodeId node) {
    return RequestCount.send(() -> client.getCommandInvocation(
            request -> request.commandId(command).instanceId(node.value())))
        .map(RunCommand::invocation)
        .onFailure(InvocationDoesNotExistException.class)
        .recoverWithItem(Invocation.NOT_YET);
  }

  /** Whether Systems Manager said last that it was asked too often. */
  static boolean isThrottled(Throwable failure) {
    return failure instanceof SsmException refused && refused.isThrottlingException();
  }

  /** AWS's word for why it will never run, where Systems Manager said so: somebody must look. */
  static Optional<String> whyImpossible(Throwable failure) {
    return failure instanceof SsmException refused && refused.awsErrorDetails() != null
        ? Optional.of(refused.awsErrorDetails().errorCode()).filter(NEVER_ACCEPTED::contains)
        : Optional.empty();
  }

  private static Invocation invocation(GetCommandInvocationResponse response) {
    // "Execution Timed Out" in the guide is "ExecutionTimedOut" on the wire of some versions.
    var detail = response.statusDetails().replace(" ", "");
    return new Invocation(state(response.statusAsString(), detail), detail, output(response));
  }

  private static State state(String status, String detail) {
    if (OPEN.contains(status)) {
      return State.OPEN;
    }
    if (IMPOSSIBLE.contains(detail)) {
      return State.IMPOSSIBLE;
    }
    return FINISHED.contains(detail) ? State.FINISHED : State.LOST;
  }

  private static String output(GetCommandInvocationResponse response) {
    return response.standardOutputContent() == null ? "" : response.standardOutputContent();
  }
}
