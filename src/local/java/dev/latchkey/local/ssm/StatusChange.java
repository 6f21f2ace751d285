package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * The event "EC2 Command Invocation Status-change Notification" (Systems Manager's guide, "Monitoring Systems Manager status
 * changes using EventBridge"): it has no output.
 */
record StatusChange(Command command, String node, Status status, Instant at) {
  private static final String ACCOUNT = "000000000000";

  static StatusChange of(CommandOnNode invocation) {
    return new StatusChange(
        invocation.command(),
        invocation.node().id(),
        invocation.progress().status(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  String json() {
    var event = JsonNodeFactory.instance.objectNode();
    event.put("version", "0");
    event.put("id", UUID.randomUUID().toString());
    event.put("detail-type", "EC2 Command Invocation Status-change Notification");
    event.put("source", "aws.ssm");
    event.put("account", ACCOUNT);
    event.put("time", at.toString());
    event.put("region", LocalSsm.REGION);
    event
        .putArray("resources")
        .add("arn:aws:ec2:" + LocalSsm.REGION + ":" + ACCOUNT + ":instance/" + node);
    var detail = event.putObject("detail");
    detail.put("command-id", command.id());
    detail.put("document-name", command.document().name());
    detail.put("instance-id", node);
    detail.put(
        "requested-date-time",
        command.requested().truncatedTo(ChronoUnit.MILLIS).toString());
    detail.put("status", status.word());
    return event.toString();
  }
}
