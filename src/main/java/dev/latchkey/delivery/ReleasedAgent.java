package dev.latchkey.delivery;

import dev.latchkey.server.Observation;
import dev.latchkey.server.ObservationReader;
import dev.latchkey.server.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The agent that this release carries; its hash is what tells agents apart. */
public final class ReleasedAgent {
  private static final String INSTALL = "Latchkey-Install.json";
  private static final Pattern WANTED = Pattern.compile("\"wanted=([0-9a-f]{64})\"");
  private static final String SHA256 = agentOf(text(INSTALL));

  private ReleasedAgent() {}

  /** The hash that Latchkey-Install demands of the agent that it is given, 64 hexadecimal digits. */
  public static String sha256() {
    return SHA256;
  }

  /** It, and the one that the server stated last. */
  static KnownAgents andThatOf(Server server) {
    var stated = server
        .seen()
        .flatMap(last -> ObservationReader.read(last.statement()))
        .flatMap(Observation::agentSha256);
    return new KnownAgents(SHA256, stated.filter(sha256 -> !sha256.equals(SHA256)));
  }

  private static String agentOf(String install) {
    var found = WANTED.matcher(install);
    if (!found.find()) {
      throw new IllegalStateException(INSTALL + " does not say which agent it installs");
    }
    return found.group(1);
  }

  /** A file of {@code infra/ssm}, which is in the package. */
  static String text(String file) {
    try (var in = ReleasedAgent.class.getResourceAsStream("/dev/latchkey/delivery/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the package lacks " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
