package dev.latchkey.testing;

import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.local.ssm.LocalNode;
import java.util.List;
import java.util.Map;

/** A folder server whose orders are carried out by an agent that is loaded already. */
record QuickServer(FolderServer server, AgentProcess agent) implements LocalNode {
  @Override
  public String id() {
    return server.id();
  }

  @Override
  public List<String> runner() {
    return agent.runner();
  }

  @Override
  public Map<String, String> environment() {
    return server.environment();
  }
}
