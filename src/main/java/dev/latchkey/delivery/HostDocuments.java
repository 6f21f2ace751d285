package dev.latchkey.delivery;

import dev.latchkey.settings.Settings;
import dev.latchkey.text.Sha256;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The only things ever run on a server: our command documents, pinned by version and hash, and the agent, whose hash is in
 * the one and asked for by the other. They are in the package, from {@code infra}, so that what is deployed and what is
 * asked for are the same bytes.
 */
@Singleton
class HostDocuments {
  private static final String ORDER = "Latchkey-Order.json";
  private static final String INSTALL = "Latchkey-Install.json";
  private static final String AGENT_PACKED = "latchkey_agent.txt";

  /** Characters: SSM takes 64 KiB of a document with its parameters. */
  private static final int MOST_OF_A_PART = 48_000;

  /** @param sha256 of its content, as {@code DocumentHash} takes it */
  record Document(String name, String version, String sha256) {}

  private final Document order;
  private final Document install;
  private final List<Map<String, String>> parts;

  HostDocuments(Settings settings) {
    var ssm = settings.ssm();
    var version = ssm.documentVersion();
    this.order = new Document(ssm.orderDocument(), version, Sha256.hex(ReleasedAgent.text(ORDER)));
    this.install =
        new Document(ssm.installDocument(), version, Sha256.hex(ReleasedAgent.text(INSTALL)));
    this.parts = partsOf(ReleasedAgent.text(AGENT_PACKED).replace("\n", ""));
  }

  Document order() {
    return order;
  }

  Document install() {
    return install;
  }

  /** What Latchkey-Install is run with, one after the other: the agent in parts. */
  List<Map<String, String>> parts() {
    return parts;
  }

  private static List<Map<String, String>> partsOf(String packed) {
    var many = (packed.length() + MOST_OF_A_PART - 1) / MOST_OF_A_PART;
    return IntStream.range(0, many)
        .mapToObj(part -> Map.of(
            "part", String.valueOf(part + 1),
            "parts", String.valueOf(many),
            "data",
                packed.substring(
                    part * MOST_OF_A_PART, Math.min(packed.length(), (part + 1) * MOST_OF_A_PART))))
        .toList();
  }
}
