package dev.latchkey.delivery;

import dev.latchkey.settings.Settings;
import dev.latchkey.text.Sha256;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The only things ever run on a server: our command documents, pinned by version and hash, and the agent that the one
 * carries and the other one asks for. They are in the package, from {@code infra}, so that what is deployed and what is
 * asked for are the same bytes.
 */
@Singleton
class HostDocuments {
  private static final String FOLDER = "/dev/latchkey/delivery/";
  private static final String ORDER = "Latchkey-Order.json";
  private static final String INSTALL = "Latchkey-Install.json";
  private static final Pattern AGENT = Pattern.compile("\"wanted=([0-9a-f]{64})\"");

  /** @param sha256 of its content, as {@code DocumentHash} takes it */
  record Document(String name, String version, String sha256) {}

  private final Document order;
  private final Document install;
  private final String agentSha256;

  HostDocuments(Settings settings) {
    var ssm = settings.ssm();
    var version = ssm.documentVersion();
    var carrier = text(INSTALL);
    this.order = new Document(ssm.orderDocument(), version, Sha256.hex(text(ORDER)));
    this.install = new Document(ssm.installDocument(), version, Sha256.hex(carrier));
    this.agentSha256 = agentOf(carrier);
  }

  Document order() {
    return order;
  }

  Document install() {
    return install;
  }

  String agentSha256() {
    return agentSha256;
  }

  /** The hash that Latchkey-Install demands of the agent that it unpacks. */
  private static String agentOf(String install) {
    var found = AGENT.matcher(install);
    if (!found.find()) {
      throw new IllegalStateException(INSTALL + " does not say which agent it installs");
    }
    return found.group(1);
  }

  private static String text(String resource) {
    try (var in = HostDocuments.class.getResourceAsStream(FOLDER + resource)) {
      if (in == null) {
        throw new IllegalStateException("the package lacks " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
