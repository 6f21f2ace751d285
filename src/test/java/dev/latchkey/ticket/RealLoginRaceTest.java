package dev.latchkey.ticket;

import static dev.latchkey.testing.Vendor.Login.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.NamespaceServer;
import dev.latchkey.testing.Vendor;
import dev.latchkey.testing.VendorSession;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A vendor who logs in again and again while the access ends. */
@DrivesAgent
class RealLoginRaceTest {
  private static final int ROUNDS = 4;
  private static final int AT_ONCE = 4;

  @Test
  void noLoginThatRacesTheEndOutlivesIt() throws IOException {
    var threads = Executors.newFixedThreadPool(AT_ONCE);
    try (var host = RealLoginHost.start();
        var vendor = Vendor.withNewKey()) {
      var server = host.server();
      // The key line and the ended sessions alone are to keep the vendor out.
      server.run("iptables -I INPUT -p tcp --dport 22 -j ACCEPT");
      for (var round = 0; round < ROUNDS; round++) {
        host.grant(vendor, Instant.now().plus(Duration.ofHours(1)));
        var sessions = new ConcurrentLinkedQueue<VendorSession>();
        sessions.add(vendor.open(server.allowed()));
        var logins = IntStream.range(0, AT_ONCE)
            .mapToObj(one -> CompletableFuture.runAsync(
                () -> logInUntilRefused(vendor, server, sessions), threads))
            .toList();

        // A login that just fails may look like a session: then it is not proven, and is looked at
        // again.
        var ended = host.end(vendor);
        for (var again = 0; again < 10 && !gone(ended); again++) {
          ended = host.end(vendor);
        }

        assertThat(gone(ended)).as(ended.toString()).isTrue();
        logins.forEach(CompletableFuture::join);
        for (var session : List.copyOf(sessions)) {
          assertThat(session.ends()).isTrue();
        }
        assertThat(vendor.login(server.allowed())).isEqualTo(REFUSED);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean gone(JsonNode observed) {
    return observed.at("/ended/0/gone").asBoolean();
  }

  private static void logInUntilRefused(
      Vendor vendor, NamespaceServer server, ConcurrentLinkedQueue<VendorSession> sessions) {
    try {
      while (true) {
        sessions.add(vendor.open(server.allowed()));
      }
    } catch (IOException e) {
      // Refused at last.
    }
  }
}
