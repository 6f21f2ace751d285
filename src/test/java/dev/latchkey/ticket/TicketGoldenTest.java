package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Privilege;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The documents 000 and 003, and an answer of every function of tickets, keys and servers. */
@QuarkusTest
@WayIn
class TicketGoldenTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  DocumentedTicket documented;

  @Inject
  ClosedCases cases;

  @Test
  void document000TicketRevoke() {
    var owner = accounts.reseller(Privilege.ALL);
    var server = fleet.server(owner);
    var client = WhmClient.of(owner);
    client.data("vendor_profile_set", "key", Keys.ed25519(), "from", "192.0.2.0/24");
    documented.of(owner, server);

    grant(client);
    var json = revoke(client, "json-api");
    assertGolden("000-ticket_revoke.json", WhmClient.parse(json));
    assertGolden(
        "ticket_receipt.json",
        client.post("ticket_receipt", "ticket_id", "" + DocumentedTicket.ID));

    grant(client);
    var xml = revoke(client, "xml-api");
    assertThat(Golden.canonical(xml)).isEqualTo(goldenXml("000-ticket_revoke.xml", server));

    grant(client);
    var retold = RetoldServer.of(server);
    retold.say(
        "{'each':{'ended':{'gone':'unknown','unattributed':[{'id':'1f0c2d3e-4711-123456','user':'root','from':'203.0.113.7','since':1795270000,'terminal':'pts/3'}]}}}");
    assertGolden("ticket_revoke-unproven.json", WhmClient.parse(revoke(client, "json-api")));
    assertThat(Golden.canonical(revoke(client, "xml-api")))
        .isEqualTo(goldenXml("ticket_revoke-unproven.xml", server));
    retold.sayTheTruth();
    revoke(client, "json-api");

    // The doors as the laboratory's table golden recorded them of a real server, on which another
    // vendor's grant stays.
    RetoldServer.of(server)
        .say("{'top':{'simulated':0,'sweep':{'by':'systemd','last_at':"
            + Instant.now().getEpochSecond()
            + "},'reached':{'address':'203.0.113.5','ports':[22],'host_keys':['" + Keys.ed25519()
            + "']},'doors':" + Golden.text("000-doors.json") + "}}");
    assertGolden("000-ticket_grant-doors.json", grant(client));
    assertGolden("000-ticket_revoke-doors.json", WhmClient.parse(revoke(client, "json-api")));
  }

  private static JsonNode grant(WhmClient client) {
    return client.post(
        "ticket_grant",
        "ticket_id",
        "" + DocumentedTicket.ID,
        "server_num",
        "1",
        "secure_id",
        DocumentedTicket.SECRET,
        "api.wait",
        "20");
  }

  /** As the document has it, by GET and in a session. */
  private static String revoke(WhmClient client, String api) {
    return client
        .raw()
        .get(
            "/cpsess0000000000/" + api
                + "/ticket_revoke?api.version=1&ssh_username=root&ticket_id=999999999&server_num=1&api.wait=20")
        .asString();
  }

  @Test
  void document003Authorizesshkey() throws IOException {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var client = WhmClient.of(owner);
    Files.writeString(
        server.folder().resolve("root/.ssh/test"), Keys.ed25519() + " me@example.com\n");
    var call =
        "authorizesshkey?api.version=1&user=username&file=%2Froot%2F.ssh%2Ftest&authorize=1&api.wait=20";

    assertGolden(
        "003-authorizesshkey.json",
        WhmClient.json(client.raw().get("/cpsess0000000000/json-api/" + call)));
    assertThat(Golden.canonical(client.raw().get("/xml-api/" + call).asString()))
        .isEqualTo(goldenXml("003-authorizesshkey.xml", server));
    assertGolden("listsshkeys.json", client.post("listsshkeys", "api.wait", "20"));
  }

  @Test
  void keyFiles() throws IOException {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var folder = server.folder();
    var client = WhmClient.of(owner);
    var key = Keys.ed25519();
    String[] imported = {"name", "TestKey", "key", key, "api.wait", "20"};
    assertGolden("importsshkey.json", client.post("importsshkey", imported));
    Files.writeString(folder.resolve("root/.ssh/test"), Keys.ed25519() + "\n");
    String[] deleted = {"file", "/root/.ssh/test", "leave_authorized", "1", "api.wait", "20"};
    assertGolden("deletesshkey.json", client.post("deletesshkey", deleted));
    Files.delete(folder.resolve("root/.ssh/TestKey.pub"));
    String[] made = {"name", "TestKey", "algorithm", "ed25519", "api.wait", "20"};
    assertGolden("generatesshkeypair.json", client.post("generatesshkeypair", made));
    // The documented failure, in XML; its reason is empty there.
    var again = "generatesshkeypair?api.version=1&name=TestKey&algorithm=ed25519&api.wait=20";
    assertThat(Golden.canonical(client.raw().get("/xml-api/" + again).asString())
            .replaceAll("API failure: \\(XID [a-z0-9]+\\) ", ""))
        .isEqualTo(goldenXml("generatesshkeypair.xml", server));
    RetoldServer.of(server)
        .say(
            "{'top':{'outcome':'DONE','action':{'verb':'check_ssh','done':true,'received':'SSH-2.0-OpenSSH_5.3'}}}");
    String[] host = {"host", "server.example.com", "port", "22", "api.wait", "20"};
    assertGolden(
        "check_remote_ssh_connection.json", client.post("check_remote_ssh_connection", host));
  }

  @Test
  void tickets() {
    var support = fleet.supportCase();
    var client = support.client();
    assertGolden("ticket_grant.json", support.grant());
    assertGolden("ticket_list.json", client.post("ticket_list"));
    String[] numbered = {"ticket_id", support.ticket(), "server_num", "1"};
    assertGolden("ticket_ssh_test_start.json", client.post("ticket_ssh_test_start", numbered));
    assertGolden("ticket_ssh_test.json", client.post("ticket_ssh_test", numbered));
    hold(support.server().name());
    assertGolden("ticket_hold_end.json", letIn(support));
    assertGolden(
        "ticket_server_add.json", client.post("ticket_server_add", "ticket_id", support.ticket()));
    var stub = client.post("ticket_create_stub_ticket");
    assertGolden("ticket_create_stub_ticket.json", stub);
    var other = stub.at("/data/ticket_id").asText();
    assertGolden(
        "ticket_key_set.json",
        client.post(
            "ticket_key_set",
            "ticket_id",
            other,
            "from",
            "192.0.2.0/24",
            "ssh_username",
            "support"));
    assertGolden("ticket_close.json", client.post("ticket_close", "ticket_id", other));
    String[] profile = {
      "key",
      Keys.ed25519(),
      "from",
      "192.0.2.0/24",
      "from",
      "2001:db8::/48",
      "company_name",
      "Example, L.L.C.",
      "company_id",
      "7",
      "pub_support_contact",
      "https://www.example.com/support"
    };
    assertGolden("vendor_profile_set.json", client.post("vendor_profile_set", profile));
    assertGolden("vendor_profile_get.json", client.post("vendor_profile_get"));
  }

  /** As it is documented: nine keys of closed tickets, on a server on which another ticket's grant stays. */
  @Test
  void removeClosed() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    support.grant();
    var server = support.server();
    cases.make(owner.user(), server.name(), DocumentedTicket.ID - 10, 9);
    RetoldServer.of(server)
        .say("{'top':{'simulated':0,'sweep':{'by':'systemd','last_at':"
            + Instant.now().getEpochSecond()
            + "},'doors':{'chain':{'state':'WHOLE'},'csf':{'state':'WHOLE'},"
            + "'hosts_allow':{'state':'ABSENT'},'hulk':{'state':'WHOLE'}}}}");
    var call = "ticket_remove_closed?api.version=1&api.wait=20";

    assertThat(WhmClient.json(support.client().raw().get("/json-api/" + call)))
        .isEqualTo(WhmClient.parse(
            Golden.text("ticket_remove_closed.json").replace("SERVER", server.name())));
    assertThat(Golden.canonical(support.client().raw().get("/xml-api/" + call).asString()))
        .isEqualTo(goldenXml("ticket_remove_closed.xml", server));
  }

  @Test
  void agreements() {
    var client = WhmClient.of(fleet.owner());
    assertGolden(
        "support_agreement_set.json",
        client.post(
            "support_agreement_set",
            "version",
            "2026-11.v01",
            "title",
            "Terms",
            "body",
            "<p>Be good.</p>",
            "view_url",
            "https://www.example.com/terms"));
    var approval = "ticket_update_service_agreement_approval";
    assertGolden(approval + ".json", client.post(approval, "version", "2026-11.v01"));
  }

  @Test
  void whatIsRefused() {
    var client = WhmClient.of(fleet.owner());
    assertGolden(
        "ticket_validate_oauth2_code.json",
        client.post("ticket_validate_oauth2_code", "code", "a", "redirect_uri", "b"));
    assertGolden(
        "convertopensshtoputty.json", client.post("convertopensshtoputty", "file", "id_rsa"));
    assertGolden("accesshash.json", client.post("accesshash", "user", "username", "generate", "1"));
  }

  /** As it is documented: the answer of a server with nothing to remark. */
  @Test
  void whitelist() {
    var whitelist = WhitelistCase.granted(fleet);
    whitelist.firewallIs("WHOLE");
    assertGolden("ticket_whitelist_check.json", whitelist.call("check"));
    assertThat(Golden.canonical(whitelist
            .support()
            .client()
            .raw()
            .get("/xml-api/ticket_whitelist_check?api.version=1&api.wait=20")
            .asString()))
        .isEqualTo(goldenXml("ticket_whitelist_check.xml", whitelist.server().server()));
    assertGolden("ticket_whitelist_setup.json", whitelist.call("setup"));
    whitelist.firewallIs("GONE");
    assertGolden("ticket_whitelist_unsetup.json", whitelist.call("unsetup"));
  }

  private void hold(String server) {
    root().data("fleet_server_reset", "api.server", server, "hold", "1", "api.wait", "20");
  }

  private static JsonNode letIn(SupportCase support) {
    return support
        .client()
        .post(
            "ticket_hold_end",
            "ticket_id",
            support.ticket(),
            "server_num",
            "1",
            "ssh_username",
            "root",
            "let",
            "1",
            "api.wait",
            "20");
  }

  @Test
  void servers() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    var server = fleet.server(owner);
    assertGolden("fleet_server_list.json", client.post("fleet_server_list"));
    assertGolden(
        "fleet_server_update.json", root().post("fleet_server_update", "name", server.name()));
    assertGolden("fleet_server_check.json", client.post("fleet_server_check", "api.wait", "20"));
    assertGolden(
        "fleet_server_reset.json",
        root().post("fleet_server_reset", "api.server", server.name(), "api.wait", "20"));
    assertGolden(
        "fleet_server_remove.json", root().post("fleet_server_remove", "name", server.name()));
    assertGolden(
        "fleet_server_add.json",
        root().post("fleet_server_add", "name", server.name(), "node", server.id()));
    root().post("fleet_server_remove", "name", server.name());

    var unseen = "i-00000000f1ee70000";
    root().data("fleet_server_add", "name", "zz-last", "node", unseen, "owner", "root");
    assertGolden("fleet_hold.json", root().post("fleet_hold", "cursor", "root#zz"));
    root().data("fleet_server_remove", "name", "zz-last");
  }

  @Test
  void keysThatAreRevoked() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    var server = fleet.server(owner);
    var fingerprint = PublicKey.parse(Keys.ed25519()).fingerprint();
    String[] key = {"fingerprint", fingerprint, "reason", "stolen", "api.wait", "20"};

    assertGolden("fleet_key_revoke.json", client.post("fleet_key_revoke", key));
    var form = WhmClient.form(key);
    var xml =
        client.raw().get("/xml-api/fleet_key_revoke?api.version=1&" + form).asString();
    assertThat(Golden.canonical(xml.replaceAll("(<(revoked|stated)_at>)[0-9]+", "$1TIME")
            .replace(fingerprint, "FINGERPRINT")
            .replace(owner.user(), "USER")))
        .isEqualTo(goldenXml("fleet_key_revoke.xml", server));
    String[] allowed = {"fingerprint", fingerprint, "api.wait", "20"};
    assertGolden("fleet_key_allow.json", client.post("fleet_key_allow", allowed));
  }

  private static String goldenXml(String file, FolderServer server) {
    return Golden.canonical(Golden.text(file).replace("SERVER", server.name()));
  }

  private static void assertGolden(String file, JsonNode answer) {
    var golden = Golden.json(file);
    assertThat(Golden.leavingOut(answer, golden)).isEqualTo(golden);
  }
}
