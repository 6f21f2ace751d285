package dev.latchkey.local.ssm;

import com.sun.net.httpserver.HttpServer;
import dev.latchkey.local.LocalKey;
import dev.latchkey.local.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * Run Command of Systems Manager inside this JVM, for the SDK's own client: reachable from this machine only,
 * with the key of this run only, for these documents and the nodes that are registered and tagged for the stack only.
 */
public final class LocalSsm implements AutoCloseable {
  /** Fixed, so that no setting of the user's machine decides what a local client signs with. */
  public static final String REGION = "us-east-1";

  private static final String HOST = "127.0.0.1";

  private final LocalKey key;
  private final Faults faults = new Faults();
  private final Nodes nodes;
  private final History history = new History();
  private final SendCommand sendCommand;
  private final Wire wire;
  private final ExecutorService threads = Executors.newCachedThreadPool(Threads.daemon("ssm"));
  private final HttpServer server;

  private LocalSsm(
      Map<String, CommandDocument> documents, Path workFolder, LocalKey key, String stack)
      throws IOException {
    nodes = new Nodes(workFolder);
    this.key = key;
    sendCommand = new SendCommand(documents, nodes, history, stack);
    wire = new Wire(
        key,
        sendCommand,
        new SentCommands(history),
        new NodeTags(nodes),
        new DescribeInstanceInformation(nodes, Clock.systemUTC()),
        faults);
    server = HttpServer.create(new InetSocketAddress(HOST, 0), 0);
    server.setExecutor(threads);
    server.createContext("/", wire);
  }

  /** As {@link #start(Map, Path, String)}, with scripts in the common temporary folder. */
  public static LocalSsm start(Map<String, byte[]> documents, String stack) throws IOException {
    return start(documents, Path.of(System.getProperty("java.io.tmpdir")), stack);
  }

  /**
   * Listens on a free port.
   *
   * @param documents the content of each command document by its name
   * @param workFolder where scripts lie while they run; an existing one that programs may be run from
   * @param stack what the tag of the nodes must say that commands may go to
   */
  public static LocalSsm start(Map<String, byte[]> documents, Path workFolder, String stack)
      throws IOException {
    var known = new TreeMap<String, CommandDocument>();
    documents.forEach((name, content) -> known.put(name, CommandDocument.of(name, content)));
    var local = new LocalSsm(known, workFolder, LocalKey.random(), stack);
    local.listen();
    return local;
  }

  /** It is seen from now on; commands reach it once it is tagged for the stack, as a new node is not. */
  public void register(LocalNode node) {
    nodes.add(node, Map.of());
  }

  /** From now on commands reach it, if this is the name of the stack. */
  public void register(LocalNode node, String stack) {
    nodes.add(node, Map.of(NodeTags.STACK, stack));
  }

  /** Ends what runs there; from now on it is unknown. */
  public void deregister(String id) {
    nodes.remove(id);
  }

  /** Tells of each command that ends on a node, by the event that Systems Manager would give to EventBridge. */
  public void tell(Consumer<String> events) {
    sendCommand.tell(events);
  }

  /** Where clients reach it. */
  public URI endpoint() {
    return URI.create("http://" + HOST + ":" + server.getAddress().getPort());
  }

  /** The key of this run, as the client's access key and as its secret key. */
  public String accessKey() {
    return key.value();
  }

  /** The settings that point the application's SSM client here. */
  public Map<String, String> clientSettings() {
    return Map.of(
        "quarkus.ssm.endpoint-override",
        endpoint().toString(),
        "quarkus.ssm.aws.region",
        REGION,
        "quarkus.ssm.aws.credentials.type",
        "static",
        "quarkus.ssm.aws.credentials.static-provider.access-key-id",
        key.value(),
        "quarkus.ssm.aws.credentials.static-provider.secret-access-key",
        key.value(),
        // A folder answers without the delay of a real server.
        "latchkey.ssm.first-look",
        "0.05S");
  }

  /** What is to go wrong. */
  public Faults faults() {
    return faults;
  }

  /** What was accepted, the newest first: the id of each command of this document, once for each node. */
  public List<String> accepted(String document) {
    return history.all().stream()
        .map(CommandOnNode::command)
        .filter(command -> command.document().name().equals(document))
        .map(Command::id)
        .toList();
  }

  /** Frees the port and ends what runs. */
  @Override
  public void close() {
    wire.close();
    server.stop(0);
    threads.shutdownNow();
    nodes.close();
  }

  /** The server's own thread is a daemon only if the one that starts it is. */
  private void listen() throws IOException {
    var starter = Threads.daemon("ssm-start").newThread(server::start);
    starter.start();
    try {
      starter.join();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
