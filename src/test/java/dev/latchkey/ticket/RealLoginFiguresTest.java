package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.NamespaceServer;
import dev.latchkey.testing.Vendor;
import dev.latchkey.testing.Vendor.Login;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The figures of {@code docs/performance.md}: {@code mvn -o test -Dtest=RealLoginFiguresTest -Dtest.figures}. */
@QuarkusTest
@EnabledIfSystemProperty(named = "test.figures", matches = ".*")
@DrivesAgent
class RealLoginFiguresTest extends WhmTest {
  private static final int WARM = 3;
  private static final int RUNS = 20;

  private static NamespaceServer server;

  @Inject
  Fleet fleet;

  @BeforeAll
  static void start() throws IOException {
    server = NamespaceServer.start();
    LocalSystemsManager.register(server);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      LocalSystemsManager.running().deregister(server.id());
      server.close();
    }
  }

  @Test
  void howLongItTakes() throws IOException {
    var owner = fleet.owner();
    root().data("fleet_server_add", "name", "figures", "node", server.id(), "owner", owner.user());
    var support = RealLoginCase.of(WhmClient.of(owner), "figures", "203.0.113.0/24");
    var granted = new ArrayList<Duration>();
    var in = new ArrayList<Duration>();
    var proven = new ArrayList<Duration>();
    try (var vendor = support.vendor()) {
      for (var run = 0; run < WARM + RUNS; run++) {
        var begun = Instant.now();
        support.grant();
        granted.add(Duration.between(begun, Instant.now()));
        assertThat(vendor.login(server.allowed())).isEqualTo(Login.IN);
        in.add(Duration.between(begun, Instant.now()));
        try (var session = vendor.open(server.allowed())) {
          var ending = Instant.now();
          assertThat(support.revoke().at("/data/revoked_keys").asInt()).isEqualTo(1);
          proven.add(Duration.between(ending, Instant.now()));
          assertThat(session.ends()).isTrue();
        }
      }
    }
    print("ticket_grant answers", granted);
    print("ticket_grant to the end of a first login", in);
    print("ticket_revoke with an open session: proof that it is gone", proven);
  }

  @Test
  void howLongTheAgentAloneTakes() throws IOException {
    var took = new ArrayList<Duration>();
    try (var host = RealLoginHost.start();
        var vendor = Vendor.withNewKey()) {
      for (var run = 0; run < WARM + RUNS; run++) {
        var begun = Instant.now();
        assertThat(host.grant(vendor, begun.plusSeconds(3600)).path("outcome").asText())
            .isEqualTo("DONE");
        took.add(Duration.between(begun, Instant.now()));
      }
    }
    print("one converge of the agent", took);
  }

  private static void print(String what, List<Duration> all) {
    var sorted = all.subList(WARM, all.size()).stream().sorted().toList();
    System.out.printf(
        Locale.ROOT,
        "%s: median of %d %.2f s, slowest %.2f s%n",
        what,
        sorted.size(),
        seconds(sorted.get(sorted.size() / 2)),
        seconds(sorted.get(sorted.size() - 1)));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
