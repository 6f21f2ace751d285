package dev.latchkey.delivery;

import dev.latchkey.settings.Settings;
import dev.latchkey.text.Sha256;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The only things ever run on a server: our command documents, pinned by version and hash, and the agent that the one
 * carries and the other one asks for. They are in the package, from {@code infra}, so that what is deployed and what is
 * asked for are the same bytes.
 */
@Singleton
class HostDocuments {
  private static final String FOLDER = "/dev/latchkey/delivery/";

  /** @param sha256 of its content, as {@code DocumentHash} wants it */
  record Document(String name, String version, String sha256) {}

  private final Document order;
  private final Document install;
  private final String agentSha256 = sha256("latchkey_agent.py");

  HostDocuments(Settings settings) {
    var ssm = settings.ssm();
    var version = ssm.documentVersion();
    this.order = new Document(ssm.orderDocument(), version, sha256("Latchkey-Order.json"));
    this.install = new Document(ssm.installDocument(), version, sha256("Latchkey-Install.json"));
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

  private static String sha256(String resource) {
    try (var in = HostDocuments.class.getResourceAsStream(FOLDER + resource)) {
      if (in == null) {
        throw new IllegalStateException("the package lacks " + resource);
      }
      return Sha256.hex(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
