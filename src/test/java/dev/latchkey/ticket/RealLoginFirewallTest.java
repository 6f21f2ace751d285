package dev.latchkey.ticket;

import static dev.latchkey.testing.Vendor.Login.IN;
import static dev.latchkey.testing.Vendor.Login.NO_WAY;
import static dev.latchkey.testing.Vendor.Login.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.NamespaceServer;
import dev.latchkey.testing.Vendor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The door in firewalls of several kinds, and what is left of them afterwards. */
@DrivesAgent
class RealLoginFirewallTest {
  private static final String RULES = "iptables -S; ip6tables -S";

  private RealLoginHost host;
  private NamespaceServer server;
  private Vendor vendor;

  @BeforeEach
  void start() throws IOException {
    host = RealLoginHost.start();
    server = host.server();
    vendor = Vendor.withNewKey();
  }

  @AfterEach
  void stop() {
    if (host != null) {
      host.close();
      vendor.close();
    }
  }

  @Test
  void theFirewallIsAfterwardsWhatItWas() throws IOException {
    var before = server.run(RULES);

    assertThat(state(granted())).isEqualTo("WHOLE");
    assertThat(vendor.login(server.allowed())).isEqualTo(IN);

    assertThat(state(host.end(vendor))).isEqualTo("GONE");
    assertThat(vendor.login(server.allowed())).isEqualTo(NO_WAY);
    assertThat(server.run(RULES)).isEqualTo(before);
  }

  @Test
  void aFirewallThatLetsEverybodyInStaysSoAndTheKeyDecides() throws IOException {
    server.run("for tables in iptables ip6tables; do $tables -P INPUT ACCEPT; $tables -F; done");
    var before = server.run(RULES);
    assertThat(vendor.login(server.allowed())).isEqualTo(REFUSED);

    assertThat(state(granted())).isEqualTo("WHOLE");
    assertThat(vendor.login(server.allowed())).isEqualTo(IN);
    assertThat(vendor.login(server.elsewhere())).isEqualTo(REFUSED);

    assertThat(state(host.end(vendor))).isEqualTo("GONE");
    assertThat(vendor.login(server.allowed())).isEqualTo(REFUSED);
    assertThat(server.run(RULES)).isEqualTo(before);
  }

  @Test
  void theOlderIptablesDoesTheSame() throws IOException {
    assumeTrue(
        server.holds(
            "[ -L /etc/alternatives/iptables ] && iptables-legacy -S && ip6tables-legacy -S"),
        "skipped, as there is no iptables-legacy here, or its tables are not in the kernel");
    server.run("""
        for tables in iptables ip6tables; do
          "$tables" -P INPUT ACCEPT
          "$tables" -F
          for tool in "" -restore -save; do
            ln -sfn "$(command -v "$tables-legacy$tool")" "/etc/alternatives/$tables$tool"
          done
          "$tables" -P INPUT DROP
          "$tables" -A INPUT -i lo -j ACCEPT
          "$tables" -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
          "$tables" -A INPUT -p tcp -j REJECT --reject-with tcp-reset
        done
        """);
    assertThat(server.run("iptables -V")).contains("legacy");
    var before = server.run(RULES);
    assertThat(vendor.login(server.allowed())).isEqualTo(NO_WAY);

    assertThat(state(granted())).isEqualTo("WHOLE");
    assertThat(vendor.login(server.allowed())).isEqualTo(IN);

    assertThat(state(host.end(vendor))).isEqualTo("GONE");
    assertThat(vendor.login(server.allowed())).isEqualTo(NO_WAY);
    assertThat(server.run(RULES)).isEqualTo(before);
  }

  @Test
  void whereAnotherFirewallStillDropsTheVendorItIsSaid() throws IOException {
    assumeTrue(server.holds("nft list ruleset"), "skipped, as nft is not installed");
    server.run("""
        nft -f - << 'END'
        table inet filter {
          chain input {
            type filter hook input priority 10; policy drop;
            iif lo accept
            ct state established accept
            meta l4proto icmp accept
            meta l4proto tcp reject with tcp reset
          }
        }
        END
        """);

    var observed = granted();

    assertThat(state(observed)).isEqualTo("PARTIAL");
    assertThat(observed.at("/doors/chain/blocked_by").asText()).isEqualTo("inet filter input");
    assertThat(vendor.login(server.allowed())).isEqualTo(NO_WAY);
    server.run("nft delete table inet filter");
    assertThat(vendor.login(server.allowed())).isEqualTo(IN);
  }

  @Test
  void theSweepOpensTheDoorAgainThatAReloadOfTheFirewallTookAway() throws IOException {
    granted();
    server.run("iptables-save | sed '/LATCHKEY/d' | iptables-restore");
    assertThat(vendor.login(server.allowed())).isEqualTo(NO_WAY);

    server.agent("sweep", "");

    assertThat(vendor.login(server.allowed())).isEqualTo(IN);
  }

  private JsonNode granted() throws IOException {
    return host.grant(vendor, Instant.now().plus(Duration.ofHours(1)));
  }

  private static String state(JsonNode observed) {
    return observed.at("/doors/chain/state").asText();
  }
}
