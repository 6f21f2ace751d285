package dev.latchkey.ticket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.testing.WhmClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationRequest;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;
import software.amazon.awssdk.services.ssm.model.SendCommandResponse;
import software.amazon.awssdk.services.ssm.model.SsmException;

/**
 * Systems Manager and servers that are a few lines of memory each: they keep the agent's rules, and every command meets the
 * fault that its server is set to. No command waits, so that no step of a sequence does.
 */
final class ModelFleet implements SsmAsyncClient {
  /** What becomes of commands to a server. */
  enum Fault {
    NONE,
    /** It is never delivered. */
    LOST,
    /** Nobody learns what became of it, and it is carried out at a later step. */
    LATE,
    /** It is carried out, and what it printed is cut. */
    CUT,
    /** It is carried out, and once more at a later step. */
    DOUBLED,
    /** It is carried out, and the answer to SendCommand is lost. */
    REPLY_LOST,
    THROTTLED
  }

  /** A line of a file of authorized keys: of which ticket and account, with which key, and until when. */
  record Line(String key, long expiresAt) {}

  /** One server. */
  static final class Machine {
    final TreeMap<String, Line> lines = new TreeMap<>();
    final Deque<JsonNode> late = new ArrayDeque<>();
    Fault fault = Fault.NONE;
    /** It cannot take lines away, and says so. */
    boolean isStubborn;
    /** Its own timer is off. */
    boolean isAsleep;

    long epoch;
    long generation;
    String hash = "";

    boolean isWell() {
      return !isStubborn && (fault == Fault.NONE || fault == Fault.DOUBLED);
    }

    void sweep(long now) {
      if (!isStubborn) {
        lines.values().removeIf(line -> line.expiresAt() <= now);
      }
    }

    private boolean isStale(JsonNode order) {
      var inEpoch = order.path("epoch").asLong();
      var number = order.path("generation").asLong();
      return inEpoch < epoch
          || inEpoch == epoch
              && (number < generation
                  || number == generation && !order.path("hash").asText().equals(hash));
    }

    /** As infra/agent/README.md has it. */
    ObjectNode carryOut(JsonNode order, long now) {
      if (order.path("verb").asText().equals("observe")) {
        return stated("DONE", order, now);
      }
      if (isStale(order)) {
        return stated("STALE", order, now);
      }
      epoch = order.path("epoch").asLong();
      generation = order.path("generation").asLong();
      hash = order.path("hash").asText();
      var wanted = new TreeMap<String, Line>();
      order
          .path("grants")
          .forEach(grant -> wanted.put(
              name(grant),
              new Line(grant.path("key").asText(), grant.path("expires_at").asLong())));
      if (!isStubborn) {
        lines.keySet().retainAll(wanted.keySet());
      }
      lines.putAll(wanted);
      sweep(now);
      return stated(wanted.keySet().containsAll(lines.keySet()) ? "DONE" : "PARTIAL", order, now);
    }

    private ObjectNode stated(String outcome, JsonNode order, long now) {
      var stated = JsonNodeFactory.instance
          .objectNode()
          .put("latchkey", 1)
          .put("outcome", outcome)
          .put("request", order.path("request").asText())
          .put("node", order.path("node").asText())
          .put("epoch", epoch)
          .put("generation", generation)
          .put("hash", hash)
          .put("at", now);
      var grants = stated.putArray("grants");
      order.path("grants").forEach(grant -> {
        var line = lines.get(name(grant));
        grants
            .addObject()
            .put("ticket", grant.path("ticket").asLong())
            .put("user", grant.path("user").asText())
            .put("state", line == null ? "EXPIRED" : "PRESENT")
            .put("would_admit", line == null ? "no" : "yes");
      });
      var ended = stated.putArray("ended");
      order.path("ending").forEach(grant -> {
        var isGone = !lines.containsKey(name(grant));
        ended
            .addObject()
            .put("ticket", grant.path("ticket").asLong())
            .put("user", grant.path("user").asText())
            .put("gone", isGone ? 1 : 0);
      });
      return stated;
    }

    private static String name(JsonNode grant) {
      return grant.path("ticket").asText() + " " + grant.path("user").asText();
    }
  }

  private final Map<String, Machine> machines = new HashMap<>();
  private final List<GetCommandInvocationResponse> commands = new ArrayList<>();
  private long now;
  /** The process that sends has died. */
  boolean isCutOff;

  Machine machine(String node) {
    return machines.computeIfAbsent(node, none -> new Machine());
  }

  void clockIs(long seconds) {
    now = seconds;
    machines.values().stream()
        .filter(machine -> !machine.isAsleep)
        .forEach(each -> each.sweep(now));
  }

  @Override
  public CompletableFuture<SendCommandResponse> sendCommand(SendCommandRequest request) {
    if (isCutOff) {
      return CompletableFuture.failedFuture(ApiCallTimeoutException.create(1));
    }
    var machine = machine(request.instanceIds().get(0));
    if (machine.fault == Fault.THROTTLED) {
      return CompletableFuture.failedFuture(SsmException.builder()
          .awsErrorDetails(
              AwsErrorDetails.builder().errorCode("ThrottlingException").build())
          .build());
    }
    var order = order(request);
    commands.add(
        switch (machine.fault) {
          case NONE, THROTTLED -> succeeded(machine.carryOut(order, now));
          case LOST -> ended("Failed", "Undeliverable", "");
          case LATE -> {
            machine.late.add(order);
            yield ended("TimedOut", "DeliveryTimedOut", "");
          }
          case CUT -> {
            var printed = machine.carryOut(order, now).toString();
            yield ended("Success", "Success", printed.substring(0, printed.length() - 9));
          }
          case DOUBLED -> {
            machine.late.add(order);
            yield succeeded(machine.carryOut(order, now));
          }
          case REPLY_LOST -> succeeded(machine.carryOut(order, now));
        });
    return machine.fault == Fault.REPLY_LOST
        ? CompletableFuture.failedFuture(ApiCallTimeoutException.create(1))
        : CompletableFuture.completedFuture(SendCommandResponse.builder()
            .command(of -> of.commandId("command-" + (commands.size() - 1)))
            .build());
  }

  private static JsonNode order(SendCommandRequest request) {
    var payload = request.parameters().get("payload").get(0);
    return WhmClient.parse(new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8));
  }

  @Override
  public CompletableFuture<GetCommandInvocationResponse> getCommandInvocation(
      GetCommandInvocationRequest request) {
    return isCutOff
        ? CompletableFuture.failedFuture(ApiCallTimeoutException.create(1))
        : CompletableFuture.completedFuture(
            commands.get(Integer.parseInt(request.commandId().substring("command-".length()))));
  }

  private static GetCommandInvocationResponse succeeded(JsonNode statement) {
    return ended("Success", "Success", statement.toString());
  }

  private static GetCommandInvocationResponse ended(String status, String details, String output) {
    return GetCommandInvocationResponse.builder()
        .status(status)
        .statusDetails(details)
        .standardOutputContent(output)
        .build();
  }

  @Override
  public String serviceName() {
    return "ssm";
  }

  @Override
  public void close() {
    machines.clear();
  }
}
