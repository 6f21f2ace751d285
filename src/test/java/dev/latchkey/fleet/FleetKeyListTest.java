package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetKeyListTest extends WhmTest {
  @Inject
  Fleet fleet;

  private FolderServer server(Account owner, String... keys) throws IOException {
    var server = fleet.server(owner);
    Files.createDirectories(Fleet.authorizedKeys(server).getParent());
    Files.writeString(Fleet.authorizedKeys(server), String.join("\n", keys) + "\n");
    WhmClient.of(owner).data(FleetKeyScan.NAME, "api.server", server.name(), "api.wait", "20");
    return server;
  }

  private static JsonNode listed(WhmClient client, String... arguments) {
    return client.data(FleetKeyList.NAME, arguments).path("keys");
  }

  @Test
  void aKeyIsFoundOnEveryServerThatHasIt() throws IOException {
    var owner = fleet.owner();
    var key = Keys.ed25519();
    var fingerprint = PublicKey.parse(key).fingerprint();
    var one = server(owner, key, Keys.ed25519());
    var two = server(owner, Keys.ed25519(), "no-pty " + key);
    var client = WhmClient.of(owner);

    assertThat(listed(client)).hasSize(4);
    assertThat(listed(client, "fingerprint", fingerprint).findValuesAsText("server"))
        .containsExactlyInAnyOrder(one.name(), two.name());
    assertThat(listed(client, "fingerprint", fingerprint, "api.server", two.name())
            .findValuesAsText("options"))
        .containsExactly("no-pty");
    assertThat(listed(root(), "fingerprint", fingerprint)).hasSize(2);
  }

  @Test
  void whoGaveAKeyIsToldAndOfOthersThatNobodyDid() {
    var support = fleet.supportCase();
    var client = support.client();
    var own = Keys.ed25519();
    support.grant();
    client.data("authorizesshkey", "authorize", "1", "text", own, "api.wait", "20");
    client.data(FleetKeyScan.NAME, "api.wait", "20");

    var granted = listed(client, "fingerprint", PublicKey.parse(support.key()).fingerprint());
    var authorized = listed(client, "fingerprint", PublicKey.parse(own).fingerprint());

    assertThat(granted.at("/0/given_by").asText()).isEqualTo("ticket " + support.ticket());
    assertThat(authorized.at("/0/given_by").asText()).startsWith("authorizesshkey of ");
    assertThat(client.data(FleetDrift.NAME).path("drift").findValuesAsText("what"))
        .doesNotContain(
            "key " + PublicKey.parse(support.key()).fingerprint(),
            "key " + PublicKey.parse(own).fingerprint());
  }

  @Test
  void anotherOwnersKeysAreNotListed() throws IOException {
    var key = Keys.ed25519();
    var others = server(fleet.owner(), key);
    var client = WhmClient.of(fleet.owner());

    assertThat(listed(client, "fingerprint", PublicKey.parse(key).fingerprint()))
        .isEmpty();
    assertThat(client
            .post(FleetKeyList.NAME, "api.server", others.name())
            .at("/metadata/reason")
            .asText())
        .contains("you have no server named");
    assertThat(client
            .post(FleetKeyList.NAME, "api.cursor", "root#x")
            .at("/metadata/reason")
            .asText())
        .contains("api.cursor", "is not a cursor that you were given");
  }

  @Test
  void aServerThatChangesItsOwnerTakesItsKeysAlong() throws IOException {
    var before = fleet.owner();
    var after = fleet.owner();
    var server = server(before, Keys.ed25519());

    root()
        .data(
            "fleet_server_update", "name", server.name(), "owner", after.user(), "api.wait", "20");

    assertThat(listed(WhmClient.of(before))).isEmpty();
    var client = WhmClient.of(after);
    client.data(FleetKeyScan.NAME, "api.wait", "20");
    assertThat(listed(client)).hasSize(1);
  }

  @Test
  void aServerThatIsRemovedTakesItsKeysAlong() throws IOException {
    var owner = fleet.owner();
    var server = server(owner, Keys.ed25519());

    root().data("fleet_server_remove", "name", server.name());

    assertThat(listed(WhmClient.of(owner))).isEmpty();
  }

  @Test
  void aCursorThatNoAnswerHadIsRefused() {
    var client = WhmClient.of(fleet.owner());
    for (var function : List.of(FleetKeyList.NAME, FleetDrift.NAME, "audit_list")) {
      var cursor = function.equals("audit_list") ? "next" : "api.cursor";

      assertThat(client
              .post(function, cursor, "x".repeat(2000))
              .at("/metadata/reason")
              .asText())
          .contains(cursor, "it has 2000 characters");
    }
  }

  @Test
  void aFingerprintThatIsNoneIsRefused() {
    var client = WhmClient.of(fleet.owner());

    assertThat(client
            .post(FleetKeyList.NAME, "fingerprint", "MD5:aa")
            .at("/metadata/reason")
            .asText())
        .contains("fingerprint", "ssh-keygen -lf");
  }

  @Test
  void aPageIsTwoRequestsWhateverThereIs() throws IOException {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    server(owner, Keys.ed25519());
    SdkProbe.reset();
    listed(client);
    var few = SdkProbe.requests();
    server(owner, IntStream.range(0, 70).mapToObj(i -> Keys.ed25519()).toArray(String[]::new));
    SdkProbe.reset();
    listed(client);

    assertThat(SdkProbe.requests()).containsExactlyInAnyOrderElementsOf(few);
    assertThat(few).contains("Query", "BatchGetItem");
    var page = client.post(FleetKeyList.NAME, "api.chunk.enable", "1", "api.chunk.verbose", "1");
    assertThat(page.at("/data/next").asText()).isNotEmpty();
    assertThat(page.at("/metadata/chunk/current").asInt()).isOne();
    assertThat(page.at("/metadata/chunk").has("records")).isFalse();
  }
}
