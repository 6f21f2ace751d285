package dev.latchkey.ticket;

import static dev.latchkey.testing.Vendor.Login.IN;
import static dev.latchkey.testing.Vendor.Login.NO_WAY;
import static dev.latchkey.testing.Vendor.Login.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Vendor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Access ends on time by the server alone: there is no control plane here. */
@DrivesAgent
class RealLoginExpiryTest {
  private static RealLoginHost host;

  @BeforeAll
  static void start() throws IOException {
    host = RealLoginHost.start();
  }

  @AfterAll
  static void stop() {
    if (host != null) {
      host.close();
    }
  }

  @Test
  void theKeyAndTheDoorEndByThemselvesAndTheSweepEndsTheSession() throws IOException {
    var server = host.server();
    try (var vendor = Vendor.withNewKey()) {
      // First for long, so that a slow machine has the time to log in.
      assertThat(host.grant(vendor, Instant.now().plus(Duration.ofHours(1)))
              .path("outcome")
              .asText())
          .isEqualTo("DONE");
      assertThat(vendor.login(server.allowed())).isEqualTo(IN);
      try (var session = vendor.open(server.allowed())) {
        var end = Instant.now().plusSeconds(15);
        assertThat(host.grant(vendor, end).path("outcome").asText()).isEqualTo("DONE");
        assertThat(session.isAlive()).isTrue();
        until(end.plusSeconds(1));

        assertThat(vendor.login(server.allowed())).isEqualTo(NO_WAY);
        // With the firewall out of the way it is sshd that refuses, by the time in the line.
        server.run("iptables -I INPUT -p tcp --dport 22 -j ACCEPT");
        assertThat(server.authorizedKeys()).contains(vendor.key());
        assertThat(vendor.login(server.allowed())).isEqualTo(REFUSED);
        server.run("iptables -D INPUT -p tcp --dport 22 -j ACCEPT");
        assertThat(session.isAlive()).isTrue();

        server.run("sh -c \"$(cut -d ' ' -f 7- /etc/cron.d/latchkey)\"");

        assertThat(session.ends()).isTrue();
        assertThat(server.authorizedKeys()).doesNotContain(vendor.key());
        assertThat(server.doorIsOpen()).isFalse();
      }
    }
  }

  private static void until(Instant moment) {
    while (Instant.now().isBefore(moment)) {
      try {
        Thread.sleep(Duration.between(Instant.now(), moment).toMillis() + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
