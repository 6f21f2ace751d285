package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.Account;
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
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetDriftAcknowledgeTest extends WhmTest {
  @Inject
  Fleet fleet;

  private Account owner;
  private WhmClient client;
  private FolderServer server;
  private final String key = Keys.ed25519();
  private final String what = "key " + PublicKey.parse(key).fingerprint();

  @BeforeEach
  void aServerWithAKey() throws IOException {
    owner = fleet.owner();
    client = WhmClient.of(owner);
    server = server();
  }

  private FolderServer server() throws IOException {
    var made = fleet.server(owner);
    write(made, key + "\n");
    return made;
  }

  private void write(FolderServer to, String keys) throws IOException {
    Files.createDirectories(Fleet.authorizedKeys(to).getParent());
    Files.writeString(Fleet.authorizedKeys(to), keys);
    client.data(FleetKeyScan.NAME, "api.server", to.name(), "api.wait", "20");
  }

  private JsonNode acknowledge(String... arguments) {
    var all = new ArrayList<>(List.of("reason", "the backup's key"));
    all.addAll(List.of(arguments));
    return client.post(FleetDriftAcknowledge.NAME, all.toArray(String[]::new));
  }

  private List<String> drift() {
    return client.data(FleetDrift.NAME).path("drift").findValuesAsText("what");
  }

  @Test
  void whatIsAcknowledgedIsNoDriftAndSaysWhy() {
    assertThat(acknowledge("what", what).at("/data/acknowledged/0").asText()).isEqualTo(what);

    assertThat(drift()).doesNotContain(what).isNotEmpty();
    assertThat(client.data(FleetKeyList.NAME).at("/keys/0/acknowledged").asText())
        .isEqualTo("the backup's key");
    assertThat(client.data("audit_list").toString())
        .contains("acknowledged on " + server.name() + ": " + what + "; reason: the backup's key");
    client.data(FleetKeyScan.NAME, "api.wait", "20");
    assertThat(drift()).doesNotContain(what);
  }

  @Test
  void whatHasChangedSinceIsDriftAgain() throws IOException {
    acknowledge("what", what);
    write(server, "command=\"/bin/sh\" " + key + "\n");

    assertThat(drift()).contains(what);
  }

  /** Not a key alone: an account that gets root's number, and a file of sudoers with another rule. */
  @Test
  void anAccountAndSudoersThatChangeAreDriftAgain() throws IOException {
    var passwd = server.folder().resolve("etc/passwd");
    var before = Files.readString(passwd);
    var sudoers = server.folder().resolve("etc/sudoers.d/site");
    Files.createDirectories(sudoers.getParent());
    Files.writeString(passwd, before + "\ndeploy:x:2000:2000::/home/deploy:/bin/bash\n");
    Files.writeString(sudoers, "deploy ALL=(ALL) NOPASSWD: /usr/bin/uptime\n");
    client.data(FleetKeyScan.NAME, "api.wait", "20");
    acknowledge("all", "1");
    assertThat(drift()).isEmpty();

    Files.writeString(passwd, before + "\ndeploy:x:0:0::/home/deploy:/bin/bash\n");
    Files.writeString(sudoers, "deploy ALL=(ALL) NOPASSWD: ALL\n");
    client.data(FleetKeyScan.NAME, "api.wait", "20");

    assertThat(drift()).contains("account deploy", "sudoers /etc/sudoers.d/site");
  }

  @Test
  void whatWasGoneAndIsBackIsDriftAgain() throws IOException {
    acknowledge("what", what);
    write(server, "");
    write(server, key + "\n");

    assertThat(drift()).contains(what);
  }

  @Test
  void allOfAServerCanBeAcknowledgedAtOnce() {
    assertThat(acknowledge("all", "1").at("/data/more").asInt()).isZero();

    assertThat(drift()).isEmpty();
  }

  @Test
  void manyAreAcknowledgedInStepsOfWhichADryRunShowsEachOnce() throws IOException {
    var keys = IntStream.range(0, 70).mapToObj(i -> Keys.ed25519()).toList();
    write(server, String.join("\n", keys) + "\n");
    var would = acknowledge("all", "1", "api.dry_run", "1").at("/data/would").toString();
    keys.forEach(one -> assertThat(
            would.split(Pattern.quote(PublicKey.parse(one).fingerprint()), -1))
        .hasSize(2));
    assertThat(drift()).hasSize(50);

    assertThat(acknowledge("all", "1").at("/data/acknowledged")).hasSize(73);

    assertThat(drift()).isEmpty();
  }

  @Test
  void aKeyInMoreLinesThanOneCallTakesSaysThatThereAreMore() throws IOException {
    write(server, (key + "\n").repeat(40));

    var first = acknowledge("what", what).path("data");

    assertThat(first.path("acknowledged")).hasSize(30);
    assertThat(first.path("more").asInt()).isEqualTo(1);
    var second = acknowledge("what", what).path("data");
    assertThat(second.path("acknowledged")).hasSize(10);
    assertThat(second.path("more").asInt()).isZero();
    assertThat(drift()).doesNotContain(what);
  }

  @Test
  void onSeveralServersEachAcknowledgesWhatItHas() throws IOException {
    var other = server();

    var rows = acknowledge("what", what, "api.server", server.name() + "," + other.name())
        .at("/data/servers");

    assertThat(rows).hasSize(2);
    assertThat(rows.findValuesAsText("result")).containsExactly("1", "1");
    assertThat(drift()).doesNotContain(what);
  }

  @Test
  void whatIsNoDriftAndWhatIsNotSaidIsRefused() {
    assertThat(WhmClient.reasonOfFailure(
            acknowledge("what-1", what, "what-2", "account nobody-of-that-name")))
        .contains("what", "is not drift on");
    assertThat(WhmClient.reasonOfFailure(acknowledge())).contains("“all=1”");
    assertThat(WhmClient.reasonOfFailure(acknowledge("what", what, "all", "1")))
        .contains("one of the two");
    assertThat(WhmClient.reasonOfFailure(client.post(FleetDriftAcknowledge.NAME, "all", "1")))
        .contains("reason");
    assertThat(drift()).contains(what);
  }

  @Test
  void anotherOwnerAcknowledgesNothing() {
    var stranger = WhmClient.of(fleet.owner());

    assertThat(WhmClient.reasonOfFailure(stranger.post(
            FleetDriftAcknowledge.NAME, "all", "1", "reason", "x", "api.server", server.name())))
        .contains("you have no server named");
    assertThat(drift()).contains(what);
  }
}
