package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.ticket.DocumentedTicket;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines of the documents, typed into a shell as they stand there, against the running service. */
@QuarkusTest
@InProcess
class FoundingDocumentsTest extends WhmTest {
  @TempDir
  Path home;

  @Inject
  Fleet fleet;

  @Inject
  DocumentedTicket documented;

  private static String url() {
    return "http://localhost:" + RestAssured.port;
  }

  private String typed(Account by, String line) {
    return new CliProcess(home).login(by.user() + ":" + by.token().reveal()).says(url(), line);
  }

  /** The document prints the command's name with an l at its end. */
  @Test
  void document000() {
    var owner = accounts.reseller(Privilege.ALL);
    documented.of(owner, fleet.server(owner), fleet.server(owner));
    WhmClient.of(owner).data("vendor_profile_set", "key", Keys.ed25519(), "from", "192.0.2.0/24");
    var granted = typed(
        owner,
        "printf " + DocumentedTicket.SECRET
            + " | latchkey watch ticket_grant ticket_id=999999999 server_num=2 secure_id=@- api.wait=20");
    assertThat(granted).contains("  auth_status: AUTHED\n");

    // Until the server has proven it; five seconds may be short on a busy machine.
    var line = "whmapil ticket_revoke ssh_username=root ticket_id=999999999 server_num=2";
    var revoked = typed(owner, line);
    for (var tries = 0; tries < 10 && !revoked.contains("  result: 1\n"); tries++) {
      revoked = typed(owner, line);
    }
    assertThat(revoked)
        .startsWith("---\ndata:\n  chain_status: ")
        .contains(
            "  revoked_keys: 1\n",
            "  ticket_id: '999999999'\n",
            "  server_num: '2'\n",
            "  reason: OK\n  result: 1\n");
  }

  @Test
  void document001() {
    var owner = fleet.owner();
    WhmClient.of(owner).data("api_token_create", "token_name", "subway");
    WhmClient.of(owner).data("api_token_create", "token_name", "job");

    assertThat(typed(
            owner, "whmapi1  \\\napi_token_revoke  \\\ntoken_name-1=subway  \\\ntoken_name-2=job"))
        .isEqualTo(
            "---\ndata: {}\nmetadata:\n  command: api_token_revoke\n  reason: OK\n  result: 1\n  version: 1\n");
  }

  /** It has calls by address alone; these are the same ones, with the values as its addresses have them. */
  @Test
  void document002() {
    var owner = fleet.owner();
    WhmClient.of(owner).data("api_token_create", "token_name", "token");
    WhmClient.of(owner).data("api_token_create", "token_name", "subway");

    assertThat(
            typed(
                owner,
                "whmapi1 api_token_update token_name=token acl=ssh-keys expires_at=1909372800 new_name=example whitelist_ip=192.168.0.1%2F32"))
        .contains(
            "  acls:\n    - ssh-keys\n",
            "  expires_at: 1909372800\n",
            "  name: example\n",
            "    - 192.168.0.1");
    assertThat(typed(owner, "whmapi1 --output=jsonpretty api_token_revoke 'token_name=subway'"))
        .contains("\"result\" : 1");
  }

  @Test
  void document003() throws IOException {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    Files.writeString(server.folder().resolve("root/.ssh/sshkey"), Keys.ed25519() + "\n");

    // A key file of another account is refused, as the document's own warning has it: only root's
    // keys.
    assertThat(typed(
            owner,
            "whmapi1 authorizesshkey user=username file=%2Fhome%2Fusername%2Fsshkey authorize=1"))
        .contains("result: 0", "/home/username/sshkey");
    assertThat(
            typed(
                owner,
                "whmapi1 authorizesshkey user=username file=%2Froot%2F.ssh%2Fsshkey authorize=1 api.wait=20"))
        .contains("  authorized: 1\n");
  }

  @Test
  void document004() {
    root().data("setupreseller", "user", "username");
    root().data("setacls", "reseller", "username", "acl-manage-api-tokens", "1");
    var scope = new Scope(
        Privileges.of(Privilege.MANAGE_API_TOKENS),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty());
    var user = new Account("username", accounts.token("username", "example", scope));

    assertThat(typed(user, "whmapi1 api_token_list --user=username"))
        .contains(
            "data:\n  tokens:\n    example:\n", "      expires_at: ~\n", "      name: example\n");
    assertThat(typed(accounts.root(), "whmapi1 api_token_list --user=username"))
        .contains("use a token of username's", "create_user_session user=username");
    assertThat(typed(user, "whmapi1 --help")).contains("Usage: whmapi1", "api_token_list");
  }
}
