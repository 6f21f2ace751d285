package dev.latchkey.ticket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.NamespaceServer;
import dev.latchkey.testing.Vendor;
import dev.latchkey.testing.WhmClient;
import java.io.IOException;
import java.time.Instant;

/** A server that no control plane knows: the orders are written by hand, each a generation later. */
final class RealLoginHost implements AutoCloseable {
  private static final long TICKET = 7648492;

  private final NamespaceServer server;
  private int generation;

  private RealLoginHost(NamespaceServer server) {
    this.server = server;
  }

  static RealLoginHost start() throws IOException {
    var server = NamespaceServer.start();
    try {
      server.install();
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return new RealLoginHost(server);
  }

  NamespaceServer server() {
    return server;
  }

  /** The vendor alone may log in, from its network, until then. */
  JsonNode grant(Vendor vendor, Instant end) throws IOException {
    return order("[" + grant(vendor) + ",\"expires_at\":" + end.getEpochSecond() + "}]", "[]");
  }

  /** Nobody may log in, and the vendor least of all. */
  JsonNode end(Vendor vendor) throws IOException {
    return order("[]", "[" + grant(vendor) + "}]");
  }

  /** Up to the end that a grant has and an ending has not. */
  private static String grant(Vendor vendor) {
    return "{\"ticket\":" + TICKET + ",\"user\":\"root\",\"key\":\"" + vendor.key()
        + "\",\"from\":[\"203.0.113.0/24\"]";
  }

  private JsonNode order(String grants, String ending) throws IOException {
    generation++;
    return WhmClient.parse(
        server.agent("order", """
        {"latchkey": 1, "verb": "converge", "request": "by-hand-%d", "node": "%s", "generation": %d,
         "grants": %s, "ending": %s}
        """.formatted(generation, server.id(), generation, grants, ending)));
  }

  @Override
  public void close() {
    server.close();
  }
}
