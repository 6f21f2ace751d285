package dev.latchkey.ticket;

import static dev.latchkey.testing.Vendor.Login.IN;
import static dev.latchkey.testing.Vendor.Login.NO_WAY;
import static dev.latchkey.testing.Vendor.Login.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.testing.Account;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.NamespaceServer;
import dev.latchkey.testing.Vendor;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the call to the login: HTTP, Systems Manager's script, the agent, iptables, sshd and ssh. */
@QuarkusTest
@DrivesAgent
class RealLoginTest extends WhmTest {
  private static final String RANGE = "203.0.113.0/24";
  private static final String NAME = "real-login";

  private static NamespaceServer server;
  private static Account owner;

  @Inject
  Fleet fleet;

  private WhmClient client;

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

  @BeforeEach
  void addTheServerOnce() {
    if (owner == null) {
      owner = fleet.owner();
      root().data("fleet_server_add", "name", NAME, "node", server.id(), "owner", owner.user());
    }
    client = WhmClient.of(owner);
  }

  @Test
  void theVendorIsInFromTheGrantToTheRevokeAndFromTheAllowedSourceAlone() throws IOException {
    var support = RealLoginCase.of(client, NAME, RANGE);
    try (var vendor = support.vendor()) {
      assertThat(vendor.login(server.allowed())).isEqualTo(NO_WAY);

      var granted = support.grant();

      assertThat(granted.at("/metadata/result").asInt()).as(granted.toString()).isEqualTo(1);
      assertThat(granted.at("/data/auth_status").asText()).isEqualTo("AUTHED");
      assertThat(granted.at("/data/chain_status").asText()).isEqualTo("ACTIVE");
      assertThat(vendor.login(server.allowed())).isEqualTo(IN);
      assertThat(vendor.login(server.elsewhere())).isEqualTo(NO_WAY);

      try (var session = vendor.open(server.allowed())) {
        assertThat(session.isAlive()).isTrue();

        var revoked = support.revoke();

        assertThat(revoked.at("/metadata/result").asInt())
            .as(revoked.toString())
            .isEqualTo(1);
        assertThat(revoked.at("/data/revoked_keys").asInt()).isEqualTo(1);
        assertThat(revoked.at("/data/chain_status").asText()).isEqualTo("INACTIVE");
        assertThat(session.ends()).isTrue();
      }
      assertThat(vendor.login(server.allowed())).isEqualTo(NO_WAY);
      assertThat(server.authorizedKeys()).doesNotContain(vendor.key());
      var receipts = support.receipts();
      assertThat(receipts).hasSize(1);
      assertThat(receipts.get(0).at("/statement/sessions_ended").toString())
          .contains("\"from\":\"" + server.allowed().address() + "\"");
    }
  }

  @Test
  void theKeyLineItselfHoldsOffOtherSourcesWhereTheFirewallDoesNot() throws IOException {
    var support = RealLoginCase.of(client, NAME, RANGE);
    server.run(open(server.elsewhere().address()));
    try (var vendor = support.vendor()) {
      support.grant();

      assertThat(vendor.login(server.elsewhere())).isEqualTo(REFUSED);
      assertThat(vendor.login(server.allowed())).isEqualTo(IN);
    } finally {
      server.run(closed(server.elsewhere().address()));
      support.revoke();
    }
  }

  @Test
  void overIpv6ItIsTheSame() throws IOException {
    assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "skipped, as this kernel has no IPv6");
    var support = RealLoginCase.of(client, NAME, "2001:db8:203::/64");
    var destination = "root@" + server.allowed().server6();
    try (var vendor = support.vendor()) {
      assertThat(vendor.login(server.allowed(), destination)).isEqualTo(NO_WAY);

      support.grant();

      assertThat(vendor.login(server.allowed(), destination)).isEqualTo(IN);
      assertThat(vendor.login(server.elsewhere(), "root@" + server.elsewhere().server6()))
          .isEqualTo(NO_WAY);
      try (var session = vendor.open(server.allowed(), destination, "exec cat")) {
        assertThat(support.revoke().at("/data/revoked_keys").asInt()).isEqualTo(1);
        assertThat(session.ends()).isTrue();
      }
      assertThat(vendor.login(server.allowed(), destination)).isEqualTo(NO_WAY);
    }
  }

  @Test
  void anAuthorizedKeyIsInUntilItIsTakenOut() throws IOException {
    server.run(open(server.allowed().address()));
    try (var vendor = Vendor.withNewKey()) {
      assertThat(vendor.login(server.allowed())).isEqualTo(REFUSED);

      client.data("authorizesshkey", "authorize", "1", "text", vendor.key(), "api.wait", "20");
      assertThat(vendor.login(server.allowed())).isEqualTo(IN);

      client.data("authorizesshkey", "authorize", "0", "text", vendor.key(), "api.wait", "20");
      assertThat(vendor.login(server.allowed())).isEqualTo(REFUSED);
    } finally {
      server.run(closed(server.allowed().address()));
    }
  }

  @Test
  void whereRootMayNotLogInTheGrantSaysSoUntilHeMay() throws IOException {
    var support = RealLoginCase.of(client, NAME, RANGE);
    server.configure("s/^PermitRootLogin .*/PermitRootLogin no/");
    try (var vendor = support.vendor()) {
      var refused = support.grant();

      assertThat(refused.at("/data/auth_status").asText()).isEqualTo("NOT_AUTHED");
      assertThat(refused.at("/data/non_fatals").toString()).contains("PermitRootLogin");
      assertThat(vendor.login(server.allowed())).isEqualTo(REFUSED);

      server.configure("s/^PermitRootLogin .*/PermitRootLogin prohibit-password/");
      assertThat(support.grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");
      assertThat(vendor.login(server.allowed())).isEqualTo(IN);
    } finally {
      server.configure("s/^PermitRootLogin .*/PermitRootLogin prohibit-password/");
      support.revoke();
    }
  }

  @Test
  void theSessionsOfOthersSurviveARevoke() throws IOException {
    var support = RealLoginCase.of(client, NAME, RANGE);
    try (var vendor = support.vendor();
        var admin = Vendor.withNewKey();
        var user = Vendor.withNewKey()) {
      server.authorize("/root", admin.key());
      server.authorize("/home/owner", user.key());
      support.grant();
      // From the vendor's own address, so that the key alone tells them apart.
      try (var mine = vendor.open(server.allowed());
          var ofRoot = admin.open(server.allowed());
          var ofUser =
              user.open(server.allowed(), "owner@" + server.allowed().server(), "exec cat")) {

        support.revoke();

        assertThat(mine.ends()).isTrue();
        assertThat(ofRoot.isAlive()).isTrue();
        assertThat(ofUser.isAlive()).isTrue();
      }
    }
  }

  @Test
  void aRevokeEndsTheSessionsOfItsTicketAlone() throws IOException {
    var first = RealLoginCase.of(client, NAME, RANGE);
    first.grant();
    var second = RealLoginCase.of(client, NAME, RANGE);
    second.grant();
    try (var one = first.vendor();
        var other = second.vendor()) {
      try (var ended = one.open(server.allowed());
          var kept = other.open(server.allowed())) {

        var revoked = first.revoke();

        assertThat(ended.ends()).isTrue();
        assertThat(kept.isAlive()).isTrue();
        // The door is the server's and stays for the other.
        assertThat(revoked.at("/data/chain_status").asText()).isEqualTo("ACTIVE");
        assertThat(one.login(server.allowed())).isEqualTo(REFUSED);
        assertThat(other.login(server.allowed())).isEqualTo(IN);
      }
    } finally {
      second.revoke();
    }
  }

  @Test
  void whatLeftTheSessionsProcessTreeEndsWithItWhereTheKernelKnowsLogins() throws IOException {
    var support = RealLoginCase.of(client, NAME, RANGE);
    try (var vendor = support.vendor()) {
      support.grant();
      try (var session =
          vendor.open(server.allowed(), "root@" + server.allowed().server(), """
          (setsid sleep 1001 > /dev/null 2>&1 &)
          nohup sleep 1002 > /dev/null 2>&1 &
          cat /proc/self/sessionid || echo 4294967295
          echo; exec cat""")) {
        var login = session.line();

        assertThat(support.revoke().at("/data/revoked_keys").asInt()).isEqualTo(1);

        assertThat(session.ends()).isTrue();
        assertThat(server.holds("pgrep -f 'slee[p] 1002'")).isFalse();
        assumeTrue(
            !"4294967295".equals(login),
            "the rest is skipped, as this kernel gives logins no number (no audit, or no right to it)");
        assertThat(server.holds("pgrep -f 'slee[p] 1001'")).isFalse();
      }
    } finally {
      server.run("pkill -f 'sleep 100[12]' || true");
    }
  }

  @Test
  void anotherAccountThanRootIsLetInAloneAndItsFileStaysItsOwn() throws IOException {
    var support = RealLoginCase.of(client, NAME, RANGE);
    var owner = "owner@" + server.allowed().server();
    try (var vendor = support.vendor()) {
      support.grant("ssh_username", "owner");

      assertThat(vendor.login(server.allowed(), owner)).isEqualTo(IN);
      assertThat(vendor.login(server.allowed())).isEqualTo(REFUSED);
      assertThat(server.run("stat -c '%U %a' /home/owner/.ssh/authorized_keys").strip())
          .isEqualTo("owner 600");
      try (var session = vendor.open(server.allowed(), owner, "exec cat")) {
        assertThat(support.revoke("owner").at("/data/revoked_keys").asInt()).isEqualTo(1);
        assertThat(session.ends()).isTrue();
      }
    }
  }

  @Test
  void aVendorWhoEmptiesTheLogIsEndedByHisSessionsId() throws IOException {
    var support = RealLoginCase.of(client, NAME, RANGE);
    try (var vendor = support.vendor()) {
      support.grant();
      try (var session = vendor.open(
          server.allowed(),
          "root@" + server.allowed().server(),
          ": > /var/log/auth.log; exec cat")) {
        assertThat(session.isAlive()).isTrue();

        var unsure = support.revoke();
        assertThat(unsure.at("/metadata/result").asInt()).isZero();
        assertThat(session.isAlive()).isTrue();

        var id = unsure.at("/data/unattributed/0/id").asText();
        var ended = support.revoke("root", "api.end_unattributed", id);
        assertThat(ended.at("/metadata/result").asInt()).isEqualTo(1);
        assertThat(session.ends()).isTrue();
      }
    }
  }

  @Test
  void whatTheVendorLeftBehindIsOnTheReceipt() throws IOException {
    var support = RealLoginCase.of(client, NAME, RANGE);
    try (var vendor = support.vendor();
        var second = Vendor.withNewKey()) {
      support.grant();
      try (var session = vendor.open(
          server.allowed(), "root@" + server.allowed().server(), """
          echo '%s' >> .ssh/authorized_keys
          echo 'backdoor:x:0:0::/root:/bin/sh' >> /etc/passwd
          echo 'backdoor ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/backdoor
          exec cat""".formatted(second.key()))) {
        assertThat(session.isAlive()).isTrue();

        assertThat(support.revoke().at("/metadata/result").asInt()).isEqualTo(1);
      }

      var appeared = support.receipts().get(0).at("/statement/appeared").toString();
      assertThat(appeared)
          .contains("/root/.ssh/authorized_keys", "backdoor", "/etc/sudoers.d/backdoor");
      // It is not ours to take away, but the door is closed to it too.
      assertThat(server.authorizedKeys()).contains(second.key());
      assertThat(second.login(server.allowed())).isEqualTo(NO_WAY);
    } finally {
      server.run("""
          sed -i '/^backdoor:/d' /etc/passwd
          rm -f /etc/sudoers.d/backdoor
          : > /root/.ssh/authorized_keys
          """);
    }
  }

  /** The operator's own rule for a source, which leaves the key to decide. */
  private static String open(String source) {
    return "iptables -I INPUT -s " + source + " -p tcp --dport 22 -j ACCEPT";
  }

  private static String closed(String source) {
    return open(source).replace(" -I ", " -D ");
  }
}
