package dev.latchkey.sshkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
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
class ImportsshkeyTest extends WhmTest {
  private static final String NAME = "importsshkey";
  private static final String SECRET = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB";
  private static final String PRIVATE =
      "-----BEGIN OPENSSH PRIVATE KEY-----\n" + SECRET + "\n-----END OPENSSH PRIVATE KEY-----\n";

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
  void aPublicKeyIsKeptAndWhatStoodThereToo() throws IOException {
    var key = Keys.ed25519();
    Files.writeString(folder.resolve("TestKey.pub"), "old\n");

    var answer = call("name", "TestKey", "key", key + " me@example");

    assertThat(Files.readString(folder.resolve("TestKey.pub"))).isEqualTo(key + " me@example\n");
    assertThat(answer.at("/data/non_fatals/0").asText())
        .matches(server.name() + " states: TestKey.pub is kept as TestKey.[0-9]+.pub");
    var again = call("name", "TestKey.pub", "key", key + " me@example");
    assertThat(again.has("data")).isFalse();
    assertThat(again.at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(client
            .data("authorizesshkey", "authorize", "1", "file", "TestKey.pub", "api.wait", "20")
            .path("file")
            .asText())
        .isEqualTo("TestKey.pub");
    assertThat(client.data("audit_list").toString())
        .contains(PublicKey.parse(key).fingerprint() + " be kept as TestKey.pub")
        .doesNotContain(key.substring(20));
  }

  @Test
  void theFormatOfRfc4716IsTaken() throws IOException {
    var key = Keys.ed25519();
    var saved = "---- BEGIN SSH2 PUBLIC KEY ----\r\nComment: \"of \\\r\nputty\"\r\n"
        + key.split(" ")[1] + "\r\n---- END SSH2 PUBLIC KEY ----\r\n";

    call("name", "putty", "key", saved, "extract_public", "1");

    assertThat(Files.readString(folder.resolve("putty.pub"))).isEqualTo(key + " of putty\n");
  }

  @Test
  void aPrivateKeyIsRefusedBeforeAnythingIsSent() {
    var retold = RetoldServer.of(server);
    call("name", "first", "key", Keys.ed25519());
    var last = retold.lastOrder();
    for (var secret : new String[] {
      PRIVATE,
      "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\n" + SECRET,
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n" + SECRET,
      SECRET
    }) {
      assertThat(refusal("name", "TestKey", "key", secret, "passphrase", "hunter22"))
          .contains(
              "key: is a private key, which must never travel",
              "“scp FILE root@SERVER:/root/.ssh/TestKey”",
              "“ssh-keygen -y -f /root/.ssh/TestKey > /root/.ssh/TestKey.pub”")
          .doesNotContain("URL", SECRET.substring(0, 8), "hunter22");
    }
    // Without the line that would tell, it is a word that is never shown.
    assertThat(refusal("name", "TestKey", "key", "MIIEpAIBAAKCAQEA".repeat(4) + "\nAAAA"))
        .doesNotContain("MIIE");
    assertThat(retold.lastOrder()).isEqualTo(last);
    assertThat(client.data("audit_list").toString()).doesNotContain("TestKey");
  }

  @Test
  void aPrivateKeyInTheUrlIsToBeReplaced() {
    assertThat(WhmClient.reasonOfFailure(client.get(NAME, "name", "TestKey", "key", PRIVATE)))
        .contains("It was in the URL", "make a new pair in its place")
        .doesNotContain(SECRET.substring(0, 8));
    assertThat(client
            .get("batch", "command", NAME + "?name=a&key=-----BEGIN+PRIVATE+KEY-----")
            .toString())
        .contains("It was in the URL");
  }

  @Test
  void whatIsNotTakenIsNamed() {
    var key = Keys.ed25519();
    for (var name : new String[] {
      "config",
      "known_hosts",
      "authorized_keys",
      "authorized_keys2",
      "environment",
      "rc",
      "identity",
      "identity.pub",
      ".x",
      "-x",
      "a b",
      "../x",
      "/root/.ssh/x",
      "x".repeat(65)
    }) {
      assertThat(refusal("name", name, "key", key)).as(name).contains("name: “");
    }
    assertThat(refusal("name", "a", "key", key, "passphrase", "hunter22"))
        .contains("passphrase: must not be sent", "“ssh-keygen -p -f /root/.ssh/a”")
        .doesNotContain("hunter22");
    assertThat(refusal("name", "a", "key", key, "extract_private", "1"))
        .contains("extract_private: is 1");
    assertThat(refusal("name", "a", "key", "ssh-dss AAAA")).contains("key: is a DSA key");
    assertThat(refusal("name", "a")).contains("key: is missing");
    assertThat(call("name", "a", "key", key, "passphrase", "")
            .at("/metadata/result")
            .asInt())
        .isEqualTo(1);
  }

  @Test
  void anotherKeyThanTheOneThatWasGivenIsNoSuccess() {
    var retold = RetoldServer.of(server);
    retold.say("{'top':{'action':{'verb':'import_key','done':true,'fingerprint':'"
        + PublicKey.parse(Keys.ed25519()).fingerprint() + "'}}}");

    assertThat(refusal("name", "a", "key", Keys.ed25519())).contains("states another key");
  }
}
