package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationRequest;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;
import software.amazon.awssdk.services.ssm.model.SendCommandResponse;
import software.amazon.awssdk.services.ssm.model.SsmException;

/**
 * Systems Manager with a fleet of any size and no process: each node states at once that it has done what it was ordered, but
 * for the dead, whose commands never end, and the throttled, to whom nothing is sent.
 */
public final class StandInFleet implements SsmAsyncClient {
  private final Set<String> dead = ConcurrentHashMap.newKeySet();
  private final Set<String> offline = ConcurrentHashMap.newKeySet();
  private final Set<String> throttled = ConcurrentHashMap.newKeySet();
  private final Set<String> withoutAgent = ConcurrentHashMap.newKeySet();
  private final List<String> installed = new CopyOnWriteArrayList<>();
  private final Map<String, JsonNode> orders = new ConcurrentHashMap<>();
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private final AtomicInteger looks = new AtomicInteger();

  /** Commands to it never end. */
  public void kill(String node) {
    dead.add(node);
  }

  /** Commands to it end at once, undelivered. */
  public void takeOffline(String node) {
    offline.add(node);
  }

  /** Nothing is sent to it. */
  public void throttle(String node) {
    throttled.add(node);
  }

  /** It states that it has no agent, until it is given one. */
  public void stripAgent(String node) {
    withoutAgent.add(node);
  }

  /** The nodes that were given the agent, one entry a command. */
  public List<String> installed() {
    return List.copyOf(installed);
  }

  /** All nodes are well again. */
  public void heal() {
    dead.clear();
    offline.clear();
    throttled.clear();
    withoutAgent.clear();
  }

  /** The nodes that were sent something since {@link #forget}, in their order, one entry a command. */
  public List<String> sent() {
    return List.copyOf(sent);
  }

  /** How often somebody asked what became of a command. */
  public int looks() {
    return looks.get();
  }

  public void forget() {
    sent.clear();
    looks.set(0);
  }

  @Override
  public CompletableFuture<SendCommandResponse> sendCommand(SendCommandRequest request) {
    var node = request.instanceIds().get(0);
    if (throttled.contains(node)) {
      return CompletableFuture.failedFuture(SsmException.builder()
          .awsErrorDetails(AwsErrorDetails.builder()
              .errorCode("ThrottlingException")
              .errorMessage("Rate exceeded")
              .build())
          .build());
    }
    if (!request.parameters().containsKey("payload")) {
      installed.add(node);
      withoutAgent.remove(node);
      return command("install-" + node);
    }
    sent.add(node);
    var payload = request.parameters().get("payload").get(0);
    var order =
        WhmClient.parse(new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8));
    var command = "command-" + orders.size() + "-" + node;
    orders.put(command, order);
    return command(command);
  }

  private static CompletableFuture<SendCommandResponse> command(String id) {
    return CompletableFuture.completedFuture(
        SendCommandResponse.builder().command(of -> of.commandId(id)).build());
  }

  @Override
  public CompletableFuture<GetCommandInvocationResponse> getCommandInvocation(
      GetCommandInvocationRequest request) {
    looks.incrementAndGet();
    var node = request.instanceId();
    if (dead.contains(node)) {
      return answer("InProgress", "InProgress", "");
    }
    if (withoutAgent.contains(node)) {
      return answer(
          "Success", "Success", "{\"latchkey\":1,\"outcome\":\"NO_AGENT\",\"sha256\":\"\"}");
    }
    return offline.contains(node)
        ? answer("TimedOut", "Undeliverable", "")
        : answer("Success", "Success", statement(orders.get(request.commandId())));
  }

  private static CompletableFuture<GetCommandInvocationResponse> answer(
      String status, String details, String output) {
    return CompletableFuture.completedFuture(GetCommandInvocationResponse.builder()
        .status(status)
        .statusDetails(details)
        .standardOutputContent(output)
        .build());
  }

  private static String statement(JsonNode order) {
    var stated = JsonNodeFactory.instance
        .objectNode()
        .put("latchkey", 1)
        .put("outcome", "DONE")
        .put("request", order.path("request").asText())
        .put("node", order.path("node").asText())
        .put("epoch", order.path("epoch").asLong())
        .put("generation", order.path("generation").asLong())
        .put("hash", order.path("hash").asText())
        .put("at", 1_795_880_000L);
    var grants = stated.putArray("grants");
    order
        .path("grants")
        .forEach(grant -> grants
            .addObject()
            .put("ticket", grant.path("ticket").asLong())
            .put("user", grant.path("user").asText())
            .put("state", "PRESENT")
            .put("would_admit", "yes"));
    var ended = stated.putArray("ended");
    order
        .path("ending")
        .forEach(grant -> ended
            .addObject()
            .put("ticket", grant.path("ticket").asLong())
            .put("user", grant.path("user").asText())
            .put("gone", 1));
    return stated.toString();
  }

  @Override
  public String serviceName() {
    return "ssm";
  }

  @Override
  public void close() {
    orders.clear();
  }
}
