package dev.latchkey.sshkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class CheckRemoteSshConnectionTest extends WhmTest {
  private static final String NAME = "check_remote_ssh_connection";

  @Inject
  Fleet fleet;

  private WhmClient client;
  private FolderServer server;
  private RetoldServer retold;

  @BeforeEach
  void oneServer() {
    var owner = fleet.owner();
    client = WhmClient.of(owner);
    server = fleet.server(owner);
    retold = RetoldServer.of(server);
  }

  private void greets(String line) {
    retold.say("{'top':{'outcome':'DONE','action':{'verb':'check_ssh','done':true,'received':'"
        + line + "'}}}");
  }

  @Test
  void theGreetingIsTakenApart() {
    greets("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3");

    assertThat(client
            .data(NAME, "host", "SSH.example.com", "port", "2222", "api.wait", "20")
            .toString())
        .isEqualTo(
            "{\"received\":\"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\",\"server_software\":\"OpenSSH_9.2p1\","
                + "\"protocol_versions\":[\"2.0\"],\"comment\":\"Debian-2+deb12u3\"}");
    var action = retold.lastOrder().path("action");
    assertThat(action.path("host").asText()).isEqualTo("SSH.example.com");
    assertThat(action.path("port").asInt()).isEqualTo(2222);
    assertThat(action.path("trusted").asInt(-1)).isZero();
    assertThat(retold.lastOrder().path("verb").asText()).isEqualTo("observe");
  }

  @Test
  void whatIsNoGreetingIsNoSuccess() {
    for (var line :
        new String[] {"220 mail", "SSH-2.0", "SSH-2.0-a\\u001b[2J", "SSH-2.0-" + "x".repeat(255)}) {
      greets(line);
      assertThat(client.failure(NAME, "host", "ssh.example.com", "api.wait", "20"))
          .contains("is not the version of an SSH server")
          .doesNotContain("mail");
    }
  }

  /** The real agent: nothing of the machine's own is connected to. */
  @Test
  void addressesOfTheServerItsLinkAndItsCloudAreRefused() {
    retold.sayTheTruth();
    for (var host : new String[] {"127.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "10.0.0.1"}) {
      assertThat(client.failure(NAME, "host", host, "port", "22", "api.wait", "20"))
          .contains("host: no connection is made");
    }
  }

  @Test
  void onlyARegisteredServerOfTheCallerMayBePrivate() {
    greets("SSH-2.0-x");
    client.data(NAME, "host", server.name(), "api.wait", "20");
    assertThat(retold.lastOrder().at("/action/trusted").asInt()).isEqualTo(1);
    var others = fleet.server(fleet.owner());
    client.data(NAME, "host", others.name(), "api.wait", "20");
    assertThat(retold.lastOrder().at("/action/trusted").asInt()).isZero();
    client.data(NAME, "host", server.name() + ".example.com", "api.wait", "20");
    assertThat(retold.lastOrder().at("/action/trusted").asInt()).isZero();
  }

  @Test
  void whatIsNoHostIsRefused() {
    assertThat(client.failure(NAME)).contains("host: is missing");
    for (var host : new String[] {"a b", "a/b", "user@host", "x".repeat(254), "http://a"}) {
      assertThat(client.failure(NAME, "host", host)).contains("host: “");
    }
    for (var port : new String[] {"0", "65536", "ssh"}) {
      assertThat(client.failure(NAME, "host", "a", "port", port)).contains("port: “");
    }
  }
}
