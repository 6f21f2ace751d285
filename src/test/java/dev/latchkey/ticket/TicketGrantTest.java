package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.store.Store;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@DrivesAgent
class TicketGrantTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Inject
  TicketTable tickets;

  @Test
  void theKeyStandsOnTheServerNarrowedAndWithAnEnd() {
    var support = fleet.supportCase();
    var before = support.authorizedKeys();

    var answer = support.grant();

    var data = answer.path("data");
    assertThat(answer.at("/metadata/result").asInt()).as(answer.toString()).isEqualTo(1);
    assertThat(answer.at("/metadata/server").asText())
        .isEqualTo(support.server().name());
    assertThat(data.path("auth_status").asText()).isEqualTo("AUTHED");
    assertThat(data.path("auth_time").asLong()).isPositive();
    assertThat(data.path("non_fatals")).isEmpty();
    assertThat(support.authorizedKeys())
        .startsWith(before)
        .containsPattern(
            "\\nrestrict,pty,from=\"203\\.0\\.113\\.0/24\",expiry-time=\"\\d{12,14}Z?\" "
                + support.key().replace("+", "\\+") + " latchkey-ticket-" + support.ticket()
                + "\n");
  }

  @Test
  void aSecondGrantBeginsTheTimeAnew() {
    var support = fleet.supportCase();
    var first = support.grant("api.ttl", "3600").at("/data/expires_at").asLong();

    var second = support.grant("api.ttl", "7200").at("/data/expires_at").asLong();

    assertThat(second - first).isBetween(3600L, 3700L);
    assertThat(support.authorizedKeys().split(support.key().replace("+", "\\+"), -1))
        .hasSize(2);
  }

  @Test
  void aTicketsOwnKeyRangesAndUserAreUsedBeforeTheProfiles() throws IOException {
    var support = fleet.supportCase();
    var own = Keys.ed25519();
    support
        .client()
        .data(
            "ticket_key_set",
            "ticket_id",
            support.ticket(),
            "key",
            own,
            "from",
            "198.51.100.7",
            "ssh_username",
            "support");

    var data = support.grant().path("data");

    assertThat(data.path("ssh_username").asText()).isEqualTo("support");
    assertThat(Files.readString(
            support.server().folder().resolve("home/support/.ssh/authorized_keys")))
        .contains("from=\"198.51.100.7", own);
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void anAccountOfTheGrantsOwnIsMadeAndGoesWithIt() throws IOException {
    var support = fleet.supportCase();
    var name = "lk-" + support.ticket();
    var folder = support.server().folder();

    var data = support.grant("api.account", "own").path("data");

    assertThat(data.path("auth_status").asText()).as(data.toString()).isEqualTo("AUTHED");
    assertThat(data.path("ssh_username").asText()).isEqualTo(name);
    assertThat(Files.readString(folder.resolve("etc/passwd"))).contains(name + ":x:70000:70000:");
    assertThat(Files.readString(folder.resolve("home/" + name + "/.ssh/authorized_keys")))
        .contains(support.key());
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(
            support.client().data("ticket_list", "ticket_id", support.ticket()).toString())
        .contains("\"ssh_username\":\"" + name + "\"");
    support.grant("api.account", "own", "api.ttl", "7200", "ssh_username", name);
    assertThat(Files.readString(folder.resolve("etc/passwd"))).contains(name + ":x:70000:70000:");

    assertThat(support.revoke("ssh_username", name).at("/metadata/result").asInt())
        .isEqualTo(1);

    assertThat(Files.readString(folder.resolve("etc/passwd"))).doesNotContain(name);
    assertThat(folder.resolve("home/" + name)).doesNotExist();
    var receipt = support.receipts().get(0);
    assertThat(receipt.path("verdict").asText())
        .startsWith(
            "Access is gone; the account " + name + " and all that ran or started as it is gone");
    assertThat(receipt.path("account").toString())
        .contains(name + " (uid 70000) was deleted", "it had no sudo", "its home was removed");

    support.grant("api.account", "own");
    assertThat(Files.readString(folder.resolve("etc/passwd"))).contains(name + ":x:70001:70001:");
  }

  @Test
  void theProfileSaysWhoseAccountItIsAndWhetherItHasSudo() throws IOException {
    var support = fleet.supportCase();
    var client = support.client();
    var profile =
        new String[] {"key", support.key(), "from", "203.0.113.0/24", "account", "own", "sudo", "1"
        };
    assertThat(client.data("vendor_profile_set", profile).path("account").asText())
        .isEqualTo("own");
    assertThat(client.data("vendor_profile_get").path("sudo").asInt()).isEqualTo(1);
    var name = "lk-" + support.ticket();

    assertThat(support.grant().at("/data/ssh_username").asText()).isEqualTo(name);

    var sudoers = support.server().folder().resolve("etc/sudoers.d/latchkey-" + name);
    assertThat(sudoers).exists();
    support.grant("api.sudo", "0");
    assertThat(sudoers).doesNotExist();
    assertThat(WhmClient.reasonOfFailure(support.grant("ssh_username", "root")))
        .contains("ssh_username", name, "api.account=shared");
    assertThat(support
            .grant("ssh_username", "root", "api.account", "shared")
            .at("/metadata/result")
            .asInt())
        .isEqualTo(1);
    support.revoke("ssh_username", name);
    assertThat(support.receipts().get(0).path("verdict").asText()).contains("it was root");
  }

  @Test
  void whoseAccountItIsIsSaidInOneWay() {
    var support = fleet.supportCase();

    assertThat(WhmClient.reasonOfFailure(support.grant("api.account", "mine")))
        .contains("api.account", "neither shared nor own");
    assertThat(WhmClient.reasonOfFailure(support.grant("api.sudo", "1")))
        .contains("api.sudo", "api.account=own alone");
    assertThat(WhmClient.reasonOfFailure(support.grant("ssh_username", "lk-5")))
        .contains("ssh_username", "made by grants");
    assertThat(
            WhmClient.reasonOfFailure(support.grant("ssh_username", "lk-5", "api.account", "own")))
        .contains("ssh_username", "lk-" + support.ticket());
    assertThat(support
            .client()
            .failure(
                "vendor_profile_set", "key", support.key(), "from", "203.0.113.0/24", "sudo", "1"))
        .contains("sudo", "account=own");
    assertThat(support
            .client()
            .failure(
                "vendor_profile_set",
                "key",
                support.key(),
                "from",
                "203.0.113.0/24",
                "account",
                "own",
                "ssh_username",
                "web"))
        .contains("ssh_username", "lk-TICKET");
  }

  @Test
  void aWrongSecretIsRefused() {
    var support = fleet.supportCase();

    assertThat(support
            .client()
            .failure(
                "ticket_grant",
                "ticket_id",
                support.ticket(),
                "server_num",
                "1",
                "secure_id",
                "aaaaaaaaaa"))
        .contains("secure_id", "is not that of ticket");
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void anothersTicketIsUnknownAndRootMayUseIt() {
    var support = fleet.supportCase();
    var stranger = WhmClient.of(fleet.owner());
    String[] arguments = {
      "ticket_id",
      support.ticket(),
      "server_num",
      "1",
      "secure_id",
      support.secureId(),
      "api.wait",
      "20"
    };

    assertThat(stranger.failure("ticket_grant", arguments)).contains("you have no ticket");
    assertThat(root().data("ticket_grant", arguments).path("auth_status").asText())
        .isEqualTo("AUTHED");
    assertThat(support.client().data("audit_list").toString()).contains("by root: granted");
  }

  @Test
  void aClosedTicketIsRefused() {
    var support = fleet.supportCase();
    support.client().data("ticket_close", "ticket_id", support.ticket());

    assertThat(WhmClient.reasonOfFailure(support.grant())).contains("is closed");
  }

  @Test
  void aServerThatTheTicketDoesNotHaveIsRefused() {
    var support = fleet.supportCase();

    assertThat(WhmClient.reasonOfFailure(support.grant("server_num", "2")))
        .contains("server_num", "has no server 2; it has 1 to 1");
    assertThat(WhmClient.reasonOfFailure(support.grant("api.server", "elsewhere")))
        .contains("api.server", "elsewhere");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "59", "604801", "x"})
  void aTimeInThePastOrBeyondSevenDaysIsRefused(String ttl) {
    assertThat(WhmClient.reasonOfFailure(fleet.supportCase().grant("api.ttl", ttl)))
        .contains("api.ttl");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Root", "a b", "../x", "-x", "root;id"})
  void anAccountNameThatIsNoneIsRefused(String user) {
    assertThat(WhmClient.reasonOfFailure(fleet.supportCase().grant("ssh_username", user)))
        .contains("ssh_username", "account name");
  }

  @Test
  void withoutAnyKeyItIsRefusedWithWhatToDo() {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var client = WhmClient.of(owner);
    var ticket = client.data("ticket_create_stub_ticket", "api.server", server.name());
    var id = ticket.path("ticket_id").asText();
    var grant = new String[] {
      "ticket_id", id, "server_num", "1", "secure_id", ticket.path("secure_id").asText()
    };

    assertThat(client.failure("ticket_grant", grant))
        .contains("has no key and no source ranges", "ticket_key_set", "vendor_profile_set");
    client.data("ticket_key_set", "ticket_id", id, "key", Keys.ed25519());
    assertThat(client.failure("ticket_grant", grant)).contains(" has no source ranges; ");
  }

  @Test
  void whereRootMayNotLogInTheGrantStandsAndSaysSo() throws IOException {
    var support = fleet.supportCase();
    Files.writeString(
        support.server().folder().resolve("etc/ssh/sshd_config"), "PermitRootLogin no\n");

    var granted = support.grant();

    assertThat(granted.at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(granted.at("/data/auth_status").asText()).isEqualTo("NOT_AUTHED");
    assertThat(granted.at("/data").has("auth_time")).isFalse();
    assertThat(granted.at("/data/non_fatals").toString())
        .contains("would refuse the login: PermitRootLogin (/etc/ssh/sshd_config line 1) is no");
    assertThat(support.authorizedKeys()).contains("latchkey-ticket-" + support.ticket());
    assertThat(support.client().data("ticket_list").toString()).contains("NOT_AUTHED");
    Files.writeString(support.server().folder().resolve("etc/ssh/sshd_config"), "");
    assertThat(support.grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");
  }

  @Test
  void theAuditOfTheOwnerNamesWhoGrantedAndWhoTookBackOnce() {
    var support = fleet.supportCase();
    var byRoot = new SupportCase(
        root(), support.server(), support.key(), support.ticket(), support.secureId());

    byRoot.grant("ssh_username", "nobody-here");

    var entries = support.client().data("audit_list", "limit", "2").path("entries");
    assertThat(entries.findValuesAsText("change"))
        .satisfiesExactly(
            back -> assertThat(back).startsWith("by root: took back ticket " + support.ticket()),
            granted -> assertThat(granted).startsWith("by root: granted ticket "));
    assertThat(entries.findValuesAsText("request_id").get(0))
        .isEqualTo(entries.findValuesAsText("request_id").get(1) + "+");
  }

  @Test
  void anAccountThatTheServerDoesNotHaveIsNamed() {
    assertThat(WhmClient.reasonOfFailure(fleet.supportCase().grant("ssh_username", "nobody-here")))
        .contains("nobody-here");
  }

  @Test
  void aKeyStoredBeforeItWasJudgedSoIsReadAndItsGrantRefused() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var stored = Keys.line("ssh-ed25519", new byte[32], new byte[] {1});
    var in = store.transaction();
    tickets.putProfile(
        in,
        owner.user(),
        new VendorProfile(
            new VendorAccess(
                Optional.of(PublicKey.ofLine(stored)),
                Optional.of(SourceRanges.ofCidrs("203.0.113.0/24")),
                Optional.empty()),
            Company.NONE));
    store.write(in).await().indefinitely();

    assertThat(support.client().data("vendor_profile_get").path("key").asText()).isEqualTo(stored);
    assertThat(support.grant().at("/metadata/reason").asText())
        .contains("the key of ticket " + support.ticket() + " has 5 bytes after its last field")
        .contains("ticket_key_set gives it another");

    support.client().data("ticket_key_set", "ticket_id", support.ticket(), "key", Keys.ed25519());
    assertThat(support.grant().at("/metadata/result").asInt()).isEqualTo(1);
  }
}
