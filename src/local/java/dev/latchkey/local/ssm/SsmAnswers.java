package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the service says of commands and invocations, in the names of its model. */
final class SsmAnswers {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SsmAnswers() {}

  static ObjectNode command(Command command) {
    var answer = JSON.objectNode();
    describe(answer, command)
        .put("ExpiresAfter", seconds(command.requested().plusSeconds(command.deliverySeconds())))
        .put("Status", Status.PENDING.word())
        .put("StatusDetails", Status.PENDING.details())
        .put("MaxConcurrency", "50")
        .put("MaxErrors", "0")
        .put("TargetCount", command.nodes().size())
        .put("CompletedCount", 0)
        .put("ErrorCount", 0)
        .put("DeliveryTimedOutCount", 0)
        .put("TimeoutSeconds", command.deliverySeconds());
    command.nodes().forEach(answer.putArray("InstanceIds")::add);
    answer.putArray("Targets");
    var parameters = answer.putObject("Parameters");
    command.values().forEach((name, value) -> parameters.putArray(name).add(value));
    return answer;
  }

  /** GetCommandInvocation. */
  static ObjectNode invocation(CommandOnNode invocation) {
    var progress = invocation.progress();
    var command = invocation.command();
    return JSON.objectNode()
        .put("CommandId", command.id())
        .put("InstanceId", invocation.node().id())
        .put("Comment", command.comment())
        .put("DocumentName", command.document().name())
        .put("DocumentVersion", command.documentVersion())
        .put("PluginName", command.document().step())
        .put("ResponseCode", progress.responseCode())
        .put("ExecutionStartDateTime", iso(progress.begun().map(Instant::toString)))
        .put("ExecutionElapsedTime", iso(elapsed(progress).map(Duration::toString)))
        .put("ExecutionEndDateTime", iso(progress.ended().map(Instant::toString)))
        .put("Status", progress.status().word())
        .put("StatusDetails", progress.status().details())
        .put("StandardOutputContent", progress.out())
        .put("StandardOutputUrl", "")
        .put("StandardErrorContent", progress.err())
        .put("StandardErrorUrl", "");
  }

  /** One of ListCommandInvocations. */
  static ObjectNode listed(CommandOnNode invocation, boolean details) {
    var progress = invocation.progress();
    var answer = JSON.objectNode();
    describe(answer, invocation.command())
        .put("InstanceId", invocation.node().id())
        .put("InstanceName", "")
        .put("Status", progress.status().word())
        .put("StatusDetails", progress.status().details())
        .put("StandardOutputUrl", "")
        .put("StandardErrorUrl", "");
    if (details) {
      answer.putArray("CommandPlugins").add(plugin(invocation.command(), progress));
    } else {
      answer.putArray("CommandPlugins");
    }
    return answer;
  }

  private static ObjectNode plugin(Command command, Progress progress) {
    var plugin = JSON.objectNode()
        .put("Name", command.document().step())
        .put("Status", progress.status().word())
        .put("StatusDetails", progress.status().details())
        .put("ResponseCode", progress.responseCode())
        .put("Output", Output.together(progress.out(), progress.err()));
    progress.begun().ifPresent(begun -> plugin.put("ResponseStartDateTime", seconds(begun)));
    progress.ended().ifPresent(ended -> plugin.put("ResponseFinishDateTime", seconds(ended)));
    return plugin;
  }

  private static ObjectNode describe(ObjectNode answer, Command command) {
    return answer
        .put("CommandId", command.id())
        .put("DocumentName", command.document().name())
        .put("DocumentVersion", command.documentVersion())
        .put("Comment", command.comment())
        .put("RequestedDateTime", seconds(command.requested()));
  }

  private static Optional<Duration> elapsed(Progress progress) {
    return progress
        .begun()
        .flatMap(begun -> progress.ended().map(ended -> Duration.between(begun, ended)));
  }

  private static String iso(Optional<String> moment) {
    return moment.orElse("");
  }

  private static double seconds(Instant moment) {
    return moment.toEpochMilli() / 1000.0;
  }
}
