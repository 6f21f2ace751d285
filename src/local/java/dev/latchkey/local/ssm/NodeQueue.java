package dev.latchkey.local.ssm;

import dev.latchkey.local.Threads;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The commands of one node: so many at once as the agent of Systems Manager has workers. */
final class NodeQueue implements AutoCloseable {
  private static final int WORKERS = 5;
  private static final int IDLE_SECONDS = 5;
  private static final int PATIENCE_SECONDS = 2;

  private final LocalNode node;
  private final Map<String, String> tags = new ConcurrentSkipListMap<>();
  private final Path workFolder;
  private final ThreadPoolExecutor workers;
  private final ExecutorService aside;

  NodeQueue(LocalNode node, Path workFolder) {
    this.node = node;
    this.workFolder = workFolder;
    workers = new ThreadPoolExecutor(
        WORKERS,
        WORKERS,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        Threads.daemon("ssm-" + node.id()));
    workers.allowCoreThreadTimeOut(true);
    workers.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    aside = Executors.newCachedThreadPool(Threads.daemon("ssm-aside-" + node.id()));
  }

  LocalNode node() {
    return node;
  }

  /** By their keys; to be changed. */
  Map<String, String> tags() {
    return tags;
  }

  CommandOnNode invocation(Command command, Faults.Chosen faults) {
    return new CommandOnNode(command, node, faults, () -> new Script(command, node, workFolder));
  }

  void add(Runnable work) {
    workers.execute(work);
  }

  /** What only waits, and so must keep no worker. */
  void aside(Runnable waiting) {
    aside.execute(waiting);
  }

  /** Ends what runs. */
  @Override
  public void close() {
    aside.shutdownNow();
    workers.shutdownNow();
    try {
      workers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
