package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder server with a stand-in of whmapi1 that is made from WHM's public documentation. Real cPHulk was not to be had: what
 * it does where the documentation is silent, no test shows.
 */
public record CphulkServer(FolderServer server) {
  private static final Path STAND_IN = Path.of("infra/agent/tests/whmapi1");

  public static CphulkServer of(FolderServer server) {
    try {
      var program = programs(server).resolve("whmapi1");
      Files.createDirectories(program.getParent());
      Files.copy(STAND_IN, program, StandardCopyOption.COPY_ATTRIBUTES);
      return new CphulkServer(server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path programs(FolderServer server) {
    return server.folder().resolve("usr/sbin");
  }

  /** Has cPHulk keep this, with ' for ". */
  public void keep(boolean enabled, String white, String black, String blocked) {
    try {
      Files.writeString(
          programs(server).resolve("hulk.json"),
          "{'enabled':%d,'white':%s,'black':%s,'blocked':%s,'restart_ssh':0}"
              .formatted(enabled ? 1 : 0, white, black, blocked)
              .replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return server.name();
  }

  /** What cPHulk keeps. */
  public JsonNode kept() {
    try {
      return WhmClient.parse(Files.readString(programs(server).resolve("hulk.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
