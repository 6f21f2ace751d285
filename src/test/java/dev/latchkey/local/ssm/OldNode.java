package dev.latchkey.local.ssm;

import java.util.List;
import java.util.Map;

/** The same server with an agent of Systems Manager that knows no variables, and a word before the shell. */
record OldNode(FolderServer server) implements LocalNode {
  @Override
  public String id() {
    return server.id();
  }

  @Override
  public List<String> runner() {
    return List.of("nice", "-n", "1");
  }

  @Override
  public Map<String, String> environment() {
    return server.environment();
  }

  @Override
  public boolean oldAgent() {
    return true;
  }
}
