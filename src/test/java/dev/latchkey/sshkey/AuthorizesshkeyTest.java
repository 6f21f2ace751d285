package dev.latchkey.sshkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class AuthorizesshkeyTest extends WhmTest {
  @Inject
  Fleet fleet;

  private record Server(WhmClient client, FolderServer folder) {
    JsonNode call(String... arguments) {
      var all = new ArrayList<>(List.of("api.wait", "20"));
      all.addAll(List.of(arguments));
      return client.post("authorizesshkey", all.toArray(String[]::new));
    }

    String authorizedKeys() throws IOException {
      return Files.readString(Fleet.authorizedKeys(folder));
    }
  }

  private Server server() {
    var owner = fleet.owner();
    return new Server(WhmClient.of(owner), fleet.server(owner));
  }

  @Test
  void aTextIsAuthorizedOnceAndTakenOutAgain() throws IOException {
    var server = server();
    var before = server.authorizedKeys();
    var key = Keys.ed25519();

    var answer = server.call("authorize", "1", "text", key + " me@example", "options", "no-pty");
    server.call("authorize", "1", "text", key, "options", "no-pty");

    assertThat(answer.path("data").toString()).isEqualTo("{\"file\":null,\"authorized\":1}");
    assertThat(server.authorizedKeys())
        .startsWith(before)
        .containsOnlyOnce(key)
        .contains("no-pty " + key);

    var known = server.client().data("fleet_server_check", "api.wait", "20").path("keys");
    assertThat(known).hasSize(1);
    assertThat(known.at("/0/fingerprint").asText()).startsWith("SHA256:");

    var out = server.call("authorize", "0", "text", key);
    assertThat(out.at("/data/authorized").asInt(-1)).isZero();
    assertThat(server.client().data("fleet_server_check", "api.wait", "20").path("keys"))
        .isEmpty();
    assertThat(server.authorizedKeys()).isEqualTo(before);
  }

  @Test
  void aFileOfRootsFolderIsAuthorized() throws IOException {
    var server = server();
    var key = Keys.ed25519();
    Files.writeString(server.folder().folder().resolve("root/.ssh/test"), key + " test\n");

    var answer = server.call("authorize", "1", "file", "/root/.ssh/test", "user", "ignored");

    assertThat(answer.path("data").toString()).isEqualTo("{\"file\":\"test\",\"authorized\":1}");
    assertThat(server.authorizedKeys()).contains(key);
  }

  @Test
  void filesElsewhereAndHostileNamesAreRefused() {
    var server = server();
    for (var file : new String[] {
      "/home/user/sshkey", "../../etc/shadow", "a/b", "-rf", ".hidden", "/root/.ssh/../x", "a b"
    }) {
      assertThat(WhmClient.reasonOfFailure(server.call("authorize", "1", "file", file)))
          .contains("file: ", "/root/.ssh");
    }
  }

  @Test
  void linksPrivateKeysAndTwoKeysAreRefusedByTheServer() throws IOException {
    var server = server();
    var folder = server.folder().folder().resolve("root/.ssh");
    var before = server.authorizedKeys();
    Files.createSymbolicLink(folder.resolve("link.pub"), folder.resolve("authorized_keys"));
    Files.writeString(folder.resolve("two.pub"), Keys.ed25519() + "\n" + Keys.ed25519() + "\n");
    Files.writeString(folder.resolve("id"), "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n");

    for (var file : new String[] {"link.pub", "two.pub", "id", "missing.pub"}) {
      assertThat(WhmClient.reasonOfFailure(server.call("authorize", "1", "file", file)))
          .contains(file)
          .doesNotContain("secret");
    }
    assertThat(server.authorizedKeys()).isEqualTo(before);
  }

  @Test
  void optionsThatCouldRunSomethingAreRefused() {
    var server = server();
    for (var options : new String[] {
      "command=\"id\"",
      "environment=\"A=b\"",
      "cert-authority",
      "no-pty,permitopen=\"*:1\"",
      "no-pty\nssh-rsa",
      "from=\"a\"b\""
    }) {
      assertThat(WhmClient.reasonOfFailure(
              server.call("authorize", "1", "text", Keys.ed25519(), "options", options)))
          .contains("options: ");
    }
  }

  @Test
  void withoutTextAndFileItSaysWhatIsMissing() {
    assertThat(WhmClient.reasonOfFailure(server().call("authorize", "1")))
        .contains("“text” or “file”");
  }

  @Test
  void theKeyOfALiveGrantCannotBeTakenOut() {
    var support = fleet.supportCase();
    support.grant();

    support
        .client()
        .post("authorizesshkey", "authorize", "0", "text", support.key(), "api.wait", "20");

    assertThat(support.letsVendorIn()).isTrue();
  }
}
