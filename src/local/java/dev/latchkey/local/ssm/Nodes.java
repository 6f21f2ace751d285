package dev.latchkey.local.ssm;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The registered nodes; of no other is a word said or a command accepted. */
final class Nodes implements AutoCloseable {
  private final Map<String, NodeQueue> queues = new ConcurrentSkipListMap<>();

  private final Path workFolder;

  Nodes(Path workFolder) {
    this.workFolder = workFolder;
  }

  void add(LocalNode node, Map<String, String> tags) {
    var queue = new NodeQueue(node, workFolder);
    queue.tags().putAll(tags);
    if (queues.putIfAbsent(node.id(), queue) != null) {
      throw new IllegalArgumentException(node.id() + " is registered already");
    }
  }

  void remove(String id) {
    var queue = queues.remove(id);
    if (queue != null) {
      queue.close();
    }
  }

  Optional<NodeQueue> find(String id) {
    return Optional.ofNullable(queues.get(id));
  }

  /** In the order of their ids. */
  Collection<NodeQueue> all() {
    return Collections.unmodifiableCollection(queues.values());
  }

  @Override
  public void close() {
    queues.values().forEach(NodeQueue::close);
  }
}
