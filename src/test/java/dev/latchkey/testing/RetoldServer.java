package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.local.ssm.LocalNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A folder server whose statements can be changed on their way, as a server or an agent of another kind would have them. */
public record RetoldServer(FolderServer server, List<String> words, Path folder)
    implements LocalNode {
  private static final Path SCRIPT = Path.of("src/test/agent/retell.py").toAbsolutePath();

  /** Takes the place of the server in Systems Manager. */
  public static RetoldServer of(FolderServer server) {
    var retold = new RetoldServer(
        server, AgentProcess.running().runner(), Scratch.folder("latchkey-retold"));
    LocalSystemsManager.running().deregister(server.id());
    LocalSystemsManager.register(retold);
    return retold;
  }

  @Override
  public String id() {
    return server.id();
  }

  @Override
  public List<String> runner() {
    return Stream.concat(Stream.of("python3", SCRIPT.toString(), folder.toString()), words.stream())
        .toList();
  }

  @Override
  public Map<String, String> environment() {
    return server.environment();
  }

  /** @param lies what is put over statements, as retell.py has it, with ' for " */
  public void say(String lies) {
    try {
      Files.writeString(folder.resolve("lies"), lies.replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void sayTheTruth() {
    say("{}");
  }

  /** As if each order were carried out, whatever the agent makes of it. */
  public void sayDone() {
    say("{'top':{'outcome':'DONE'},'order':['epoch','generation','hash']}");
  }

  /** The last order that it got. */
  public JsonNode lastOrder() {
    var orders = orders();
    return orders.get(orders.size() - 1);
  }

  /** The order that holds, whichever came first: one that is sent later may overtake another. */
  public JsonNode heldOrder() {
    return orders().stream()
        .max(Comparator.comparingLong(order -> order.path("generation").asLong()))
        .orElseThrow();
  }

  private List<JsonNode> orders() {
    try {
      return Files.readAllLines(folder.resolve("orders")).stream()
          .map(WhmClient::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
