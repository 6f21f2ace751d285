package dev.latchkey.local.ssm;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The registered nodes; of no other is a word said or a command accepted. */
final class Nodes implements AutoCloseable {
  private final Map<String, NodeQueue> queues = new ConcurrentHashMap<>();

  private final Path workFolder;

  Nodes(Path workFolder) {
    this.workFolder = workFolder;
  }

  void add(LocalNode node) {
    if (queues.putIfAbsent(node.id(), new NodeQueue(node, workFolder)) != null) {
      throw new IllegalArgumentException(node.id() + " is registered already");
    }
  }

  void remove(String id) {
    var queue = queues.remove(id);
    if (queue != null) {
      queue.close();
    }
  }

  NodeQueue get(String id) {
    var queue = queues.get(id);
    if (queue == null) {
      throw new SsmError(
          "InvalidInstanceId", "Instances [[" + id + "]] not in a valid state for this account");
    }
    return queue;
  }

  @Override
  public void close() {
    queues.values().forEach(NodeQueue::close);
  }
}
