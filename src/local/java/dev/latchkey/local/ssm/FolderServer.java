package dev.latchkey.local.ssm;

import dev.latchkey.text.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A folder that stands for a server: everything the agent reads or writes is below it. */
public final class FolderServer implements LocalNode {
  private static final int ID_DIGITS = 17;

  private final Path folder;
  private final String name;

  private FolderServer(Path folder, String name) {
    this.folder = folder.toAbsolutePath().normalize();
    this.name = name;
  }

  /** A small server in this folder; what is there already stays as it is. */
  public static FolderServer make(Path folder, String name) throws IOException {
    var server = new FolderServer(folder, name);
    new FolderContent(server.folder, name).fill();
    return server;
  }

  public Path folder() {
    return folder;
  }

  public String name() {
    return name;
  }

  /** The same for the same name, so that what was registered once is found at the next start. */
  @Override
  public String id() {
    return "mi-" + Sha256.hex(name.getBytes(StandardCharsets.UTF_8)).substring(0, ID_DIGITS);
  }

  @Override
  public String computerName() {
    return name;
  }

  @Override
  public List<String> runner() {
    return List.of();
  }

  @Override
  public Map<String, String> environment() {
    return Map.of("LATCHKEY_ROOT", folder.toString());
  }

  /** Where Latchkey-Install puts the agent. */
  public Path agent() {
    return folder.resolve("usr/local/lib/latchkey/latchkey_agent.pyz");
  }

  /** Whether Latchkey-Install was here. */
  public boolean hasAgent() {
    return Files.isRegularFile(agent());
  }
}
