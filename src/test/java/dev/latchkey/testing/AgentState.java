package dev.latchkey.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.local.ssm.FolderServer;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What a server's root can do to the agent's own file. */
public final class AgentState {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AgentState() {}

  /** Has the agent believe that this was the last order that it carried out. */
  public static void set(FolderServer server, long epoch, long generation) {
    var file = server.folder().resolve("var/lib/latchkey/state.json").toFile();
    try {
      var state = (ObjectNode) JSON.readTree(file);
      state.put("epoch", epoch).put("generation", generation).put("hash", "0".repeat(64));
      JSON.writeValue(file, state);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The generation of the last order that it carried out. */
  public static long generation(FolderServer server) {
    try {
      return JSON.readTree(
              server.folder().resolve("var/lib/latchkey/state.json").toFile())
          .path("generation")
          .asLong();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
