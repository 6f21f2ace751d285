package dev.latchkey.ticket;

import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The documented examples of tickets and keys that {@link TicketGoldenTest} does not have, most of them in XML. */
@QuarkusTest
@WayIn
class DocumentedGoldenTest extends WhmTest {
  private static final String VERSION = "2020-04.v01.TSUPPORT";

  @Inject
  Fleet fleet;

  @Test
  void grantAndTest() {
    var support = fleet.supportCase();
    reachable(support.server());
    var client = support.client();
    var numbered = "ticket_id=" + support.ticket() + "&server_num=1";

    assertXml(client, "ticket_grant", numbered + "&secure_id=" + support.secureId());
    assertXml(client, "ticket_ssh_test_start", numbered);
    assertXml(client, "ticket_ssh_test", numbered);
  }

  /** Its second server, and on it an account that is not root. */
  @Test
  void list() throws IOException {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var client = support.client();
    assertXml(
        client, "ticket_create_stub_ticket", "api.server=" + support.server().name());

    var second = fleet.server(owner);
    var ids = Files.readString(second.folder().resolve("etc/passwd")).split(":")[2];
    Files.writeString(
        second.folder().resolve("etc/passwd"),
        "username:x:" + ids + ":" + ids + "::/home/username:/bin/bash\n",
        StandardOpenOption.APPEND);
    Files.createDirectory(second.folder().resolve("home/username"));
    reachable(second);
    client.data("ticket_server_add", "ticket_id", support.ticket(), "api.server", second.name());
    var asked = "ticket_id=" + support.ticket() + "&server_num=2&ssh_username=username";
    client
        .raw()
        .get("/json-api/ticket_grant?api.version=1&api.wait=20&" + asked + "&secure_id="
            + support.secureId());

    Golden.assertJson(
        "ticket_list-documented.json",
        WhmClient.json(client.raw().get("/json-api/ticket_list?api.version=1&" + asked)));
    Golden.assertXml("ticket_list-documented.xml", xml(client, "ticket_list", asked));
  }

  /** A server with all three lists, which says where it is. */
  private static void reachable(FolderServer server) {
    RetoldServer.of(server)
        .say("{'top':{'simulated':0,'sweep':{'by':'systemd','last_at':"
            + Instant.now().getEpochSecond()
            + "},'reached':{'address':'10.11.12.13','ports':[22],'host_keys':['" + Keys.ed25519()
            + "']},'doors':{'chain':{'state':'WHOLE'},'hosts_allow':{'state':'WHOLE'},"
            + "'hulk':{'state':'WHOLE'}}}}");
  }

  @Test
  void whitelist() {
    var whitelist = WhitelistCase.granted(fleet);
    var client = whitelist.support().client();
    whitelist.firewallIs("WHOLE");
    assertXml(client, "ticket_whitelist_setup", "");
    whitelist.firewallIs("GONE");
    assertXml(client, "ticket_whitelist_unsetup", "");
  }

  @Test
  void approvalAndRefusals() {
    var client = WhmClient.of(fleet.owner());
    client.data("support_agreement_set", "version", VERSION, "title", "Terms", "body", "Be good.");
    assertXml(client, "ticket_update_service_agreement_approval", "version=" + VERSION);
    assertXml(
        client,
        "ticket_validate_oauth2_code",
        "code=84b1a729-63e3-11e6-a0fb-bfcf357fd76d&redirect_uri=https://hostname.example.com:2087/");
    assertXml(client, "convertopensshtoputty", "file=id_rsa");
    assertXml(client, "accesshash", "user=username&generate=1");
  }

  @Test
  void keyFiles() throws IOException {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var ssh = server.folder().resolve("root/.ssh");
    var client = WhmClient.of(owner);
    var key = Keys.ed25519() + " REPO username@example.com";
    assertXml(client, "importsshkey", WhmClient.form("name", "TestKey", "key", key));
    assertXml(client, "listsshkeys", "public_texts=1");
    Files.move(ssh.resolve("TestKey.pub"), ssh.resolve("test"));
    assertXml(client, "deletesshkey", "file=/root/.ssh/test&leave_authorized=1");
    RetoldServer.of(server)
        .say(
            "{'top':{'outcome':'DONE','action':{'verb':'check_ssh','done':true,'received':'SSH-2.0-OpenSSH_5.3'}}}");
    assertXml(client, "check_remote_ssh_connection", "host=server.example.com&port=22");
  }

  private static void assertXml(WhmClient client, String function, String arguments) {
    Golden.assertXml(function + ".xml", xml(client, function, arguments));
  }

  private static String xml(WhmClient client, String function, String arguments) {
    return client
        .raw()
        .get("/xml-api/" + function + "?api.version=1&api.wait=20&" + arguments)
        .asString();
  }
}
