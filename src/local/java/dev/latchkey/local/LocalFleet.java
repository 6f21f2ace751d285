package dev.latchkey.local;

import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.local.ssm.LocalSsm;
import dev.latchkey.local.ssm.SweepTimer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Systems Manager on this machine, and the servers that it reaches: folders. */
public final class LocalFleet implements AutoCloseable {
  public static final List<String> NAMES = List.of("web01", "web02");

  /** The name that a stack would have, which the nodes' tag says. */
  public static final String STACK = "Latchkey";

  private static final List<String> DOCUMENTS = List.of("Latchkey-Order", "Latchkey-Install");

  private final LocalSsm ssm;
  private final SweepTimer timer;

  private LocalFleet(LocalSsm ssm, SweepTimer timer) {
    this.ssm = ssm;
    this.timer = timer;
  }

  /** Servers in {@code servers}, scripts in {@code work} while they run; both existing folders. */
  static LocalFleet start(Path servers, Path work) throws IOException {
    var ssm = LocalSsm.start(documents(), work, STACK);
    var fleet = new ArrayList<FolderServer>();
    for (var name : NAMES) {
      var server = FolderServer.make(servers.resolve(name), name);
      ssm.register(server, STACK);
      fleet.add(server);
    }
    return new LocalFleet(ssm, SweepTimer.start(fleet, SweepTimer.USUAL));
  }

  /** The settings that point the application's SSM client here. */
  Map<String, String> clientSettings() {
    return ssm.clientSettings();
  }

  /** What the application and AWS's command line sign with. */
  LocalKey key() {
    return new LocalKey(ssm.accessKey());
  }

  /** Where AWS's command line reaches Systems Manager. */
  String endpoint() {
    return ssm.endpoint().toString();
  }

  /** The command documents as the application's package has them, by name. */
  public static Map<String, byte[]> documents() throws IOException {
    Map<String, byte[]> documents = new LinkedHashMap<>();
    for (var name : DOCUMENTS) {
      try (var in =
          LocalFleet.class.getResourceAsStream("/dev/latchkey/delivery/" + name + ".json")) {
        documents.put(name, in.readAllBytes());
      }
    }
    return documents;
  }

  @Override
  public void close() {
    timer.close();
    ssm.close();
  }
}
