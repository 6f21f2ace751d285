package dev.latchkey.delivery;

import dev.latchkey.delivery.OrderOutcome.Declined;
import dev.latchkey.server.NodeId;
import dev.latchkey.server.ObservationReader;
import io.smallrye.mutiny.Uni;
import java.util.Map;
import java.util.Optional;

/** Sends the agent of this release to a server, in the parts that a command can carry. */
final class AgentInstallation {
  private final RunCommand runCommand;
  private final HostDocuments documents;
  private final CommandEnds commands;

  AgentInstallation(RunCommand runCommand, HostDocuments documents, CommandEnds commands) {
    this.runCommand = runCommand;
    this.documents = documents;
    this.commands = commands;
  }

  /**
   * Sends all parts, also after the deadline: what arrives is kept, and the last one installs.
   *
   * @return why the server has none now, as far as it said so in time
   */
  Uni<Optional<Declined>> on(NodeId node, Deadline deadline) {
    var installed = Uni.createFrom().item(Optional.<Declined>empty());
    for (var part : documents.parts()) {
      installed = installed.chain(impossible -> impossible.isPresent()
          ? Uni.createFrom().item(impossible)
          : send(node, part, deadline).map(AgentInstallation::impossible));
    }
    return installed;
  }

  private Uni<Invocation> send(NodeId node, Map<String, String> part, Deadline deadline) {
    return runCommand
        .send(documents.install(), node, part)
        .chain(command -> commands.end(command, node, deadline));
  }

  /** The order would only say again that there is no agent; what the installation said names the cause. */
  private static Optional<Declined> impossible(Invocation installed) {
    return ObservationReader.read(installed.output())
        .filter(stated -> switch (stated.outcome()) {
          case NO_AGENT, NO_PYTHON, SELFTEST_FAILED, WENT_BACK -> true;
          default -> false;
        })
        .map(Declined::new);
  }
}
