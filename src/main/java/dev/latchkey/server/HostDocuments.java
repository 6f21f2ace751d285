package dev.latchkey.server;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The only things ever run on a server: our command documents, pinned by version and hash, and the agent that the one
 * carries and the other one asks for. They are in the package, from {@code infra}, so that what is deployed and what is
 * asked for are the same bytes.
 */
@Singleton
class HostDocuments {
  private static final String FOLDER = "/dev/latchkey/server/";
  private static final String INSTALL = "Latchkey-Install.json";
  private static final Pattern AGENT = Pattern.compile("\"wanted=([0-9a-f]{64})\"");

  /** @param sha256 of its content, as {@code DocumentHash} wants it */
  record Document(String name, String version, String sha256) {}

  private final Document order;
  private final Document install;
  private final String agentSha256 = agentOf(text(INSTALL));

  HostDocuments(
      @ConfigProperty(name = "latchkey.ssm.order-document") String order,
      @ConfigProperty(name = "latchkey.ssm.install-document") String install,
      @ConfigProperty(name = "latchkey.ssm.document-version") String version) {
    this.order = new Document(order, version, sha256(text("Latchkey-Order.json")));
    this.install = new Document(install, version, sha256(text(INSTALL)));
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

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
