package dev.latchkey.local.ssm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The last commands, each with its invocations. The service keeps them for thirty days; here it is a number. */
final class History {
  private static final int KEPT = 500;

  private final Map<String, List<CommandOnNode>> commands = new LinkedHashMap<>();

  synchronized void add(Command command, List<CommandOnNode> invocations) {
    commands.put(command.id(), List.copyOf(invocations));
    if (commands.size() > KEPT) {
      commands.remove(commands.keySet().iterator().next());
    }
  }

  synchronized Optional<List<CommandOnNode>> of(String command) {
    return Optional.ofNullable(commands.get(command));
  }

  /** The newest first. */
  synchronized List<CommandOnNode> all() {
    var all = new ArrayList<CommandOnNode>();
    commands.values().forEach(invocations -> all.addAll(0, invocations));
    return all;
  }
}
