package dev.latchkey.sshkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class GeneratesshkeypairTest extends WhmTest {
  private static final String NAME = "generatesshkeypair";

  @Inject
  Fleet fleet;

  private WhmClient client;
  private FolderServer server;
  private Path folder;

  @BeforeEach
  void oneServer() {
    var owner = fleet.owner();
    client = WhmClient.of(owner);
    server = fleet.server(owner);
    folder = server.folder().resolve("root/.ssh");
  }

  private JsonNode call(String... arguments) {
    var all = new ArrayList<>(List.of("api.wait", "20"));
    all.addAll(List.of(arguments));
    return client.post(NAME, all.toArray(String[]::new));
  }

  private String refusal(String... arguments) {
    return WhmClient.reasonOfFailure(call(arguments));
  }

  @Test
  void aPairIsMadeOnTheServerWhichItsPrivateHalfNeverLeaves() throws IOException {
    var answer = call("algorithm", "ed25519", "comment", "web01", "passphrase", "");

    var key = PublicKey.parse(Files.readString(folder.resolve("id_ed25519.pub")));
    assertThat(answer.path("data").toString())
        .isEqualTo("{\"name\":\"id_ed25519\",\"fingerprint\":\"" + key.md5()
            + "\",\"fingerprint_sha256\":\"" + key.fingerprint() + "\"}");
    assertThat(key.comment()).isEqualTo("web01");
    assertThat(Files.readString(folder.resolve("id_ed25519"))).contains("PRIVATE KEY");
    assertThat(client.data("audit_list").toString())
        .contains("ordered that the key pair id_ed25519 (ed25519) be made on " + server.name());

    assertThat(refusal("algorithm", "ed25519"))
        .contains("/root/.ssh/id_ed25519 exists already; nothing was made");
    var again = call("algorithm", "ed25519", "abort_on_existing_key", "0");
    assertThat(again.at("/data/non_fatals").toString())
        .contains("id_ed25519 is kept as id_ed25519.", "id_ed25519.pub is kept as id_ed25519.");
    assertThat(again.at("/data/fingerprint_sha256").asText()).isNotEqualTo(key.fingerprint());
  }

  @Test
  void byDefaultItIsAnRsaKeyOf4096Bits() throws IOException {
    // Such a key takes long to make, and where one is there already the agent makes none.
    Files.writeString(folder.resolve("id_rsa"), "there");
    var retold = RetoldServer.of(server);
    retold.say("{'top':{'action':{'verb':'generate_key','done':true,'key':'ssh-rsa AAAA'}}}");
    for (var given :
        new String[][] {{}, {"bits", "4096", "algorithm", "rsa2"}, {"algorithm", "rsa"}}) {
      assertThat(refusal(given)).contains("states that it made id_rsa, and not which key that is");
      assertThat(retold.lastOrder().at("/action/algorithm").asText()).isEqualTo("rsa");
      assertThat(retold.lastOrder().at("/action/bits").asInt()).isEqualTo(4096);
      assertThat(retold.lastOrder().at("/action/abort").asInt()).isEqualTo(1);
      assertThat(retold.lastOrder().at("/action/file").asText()).isEqualTo("id_rsa");
    }
  }

  @Test
  void whatIsNotMadeIsNamedWithTheReason() {
    assertThat(refusal("algorithm", "dsa")).contains("algorithm: ", "OpenSSH does not accept DSA");
    assertThat(refusal("algorithm", "DSA")).contains("algorithm: ", "use rsa2 or ed25519");
    for (var bits : new String[] {"1024", "2048"}) {
      assertThat(refusal("bits", bits)).contains("bits: " + bits + " is too short", "use 4096");
    }
    assertThat(refusal("bits", "8192")).contains("bits: 8192 is not a length that is made");
    assertThat(refusal("bits", "4096", "algorithm", "ed25519"))
        .contains("bits: cannot be combined with");
    assertThat(refusal("passphrase", "hunter22", "name", "a"))
        .contains("passphrase: must not be sent", "“ssh-keygen -p -f /root/.ssh/a”")
        .doesNotContain("hunter22");
    assertThat(refusal("name", "a.pub")).contains("name: ends in .pub");
    assertThat(refusal("name", "authorized_keys")).contains("name: “authorized_keys”");
    for (var comment : new String[] {"a\nb", "latchkey-ticket-7", " a", "x".repeat(101), "“"}) {
      assertThat(refusal("comment", comment)).contains("comment: ");
    }
    assertThat(folder.resolve("a")).doesNotExist();
  }
}
