package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetKeyScanTest extends WhmTest {
  @Inject
  Fleet fleet;

  private SupportCase support;
  private Path keys;

  @BeforeEach
  void oneServer() {
    support = fleet.supportCase();
    keys = Fleet.authorizedKeys(support.server());
  }

  @AfterEach
  void noMoreFaults() {
    LocalSystemsManager.running().faults().clear();
  }

  private JsonNode scan() {
    return support.client().post(FleetKeyScan.NAME, "api.wait", "20");
  }

  private JsonNode listed() {
    return support.client().data(FleetKeyList.NAME).path("keys");
  }

  @Test
  void whatIsPutOnTheServerIsListedAndWhatIsTakenAwayIsNot() throws IOException {
    var before = listed().findValuesAsText("fingerprint");
    var key = Keys.ed25519();
    Files.writeString(keys, "no-pty " + key + "\n");

    assertThat(scan().at("/data/found").asInt()).isPositive();

    assertThat(before).isEmpty();
    assertThat(listed().findValuesAsText("fingerprint"))
        .containsExactly(PublicKey.parse(key).fingerprint());
    assertThat(listed().at("/0/options").asText()).isEqualTo("no-pty");
    assertThat(listed().at("/0/looked_at").asLong()).isPositive();
    Files.writeString(keys, "");
    scan();
    assertThat(listed()).isEmpty();
  }

  /** What a look could not read is not gone. */
  @Test
  void aFileThatCannotBeReadTakesNothingFromTheList() throws IOException {
    var key = Keys.ed25519();
    Files.writeString(keys, key + "\n");
    scan();
    Files.delete(keys);
    Files.createSymbolicLink(keys, Path.of("/etc/hostname"));

    var unread = scan().at("/data/unread").toString();

    assertThat(unread).contains("leads out of the folder");
    assertThat(listed().findValuesAsText("fingerprint"))
        .containsExactly(PublicKey.parse(key).fingerprint());
    assertThat(listed().at("/0/unread").toString()).contains("leads out of the folder");
  }

  @Test
  void aServerWithMoreKeysThanAStatementHoldsIsReadToItsEnd() throws IOException {
    var all = IntStream.range(0, 150).mapToObj(i -> Keys.ed25519()).toList();
    Files.writeString(keys, String.join("\n", all) + "\n");

    scan();

    var found = new ArrayList<String>();
    var page = support.client().data(FleetKeyList.NAME);
    found.addAll(page.path("keys").findValuesAsText("fingerprint"));
    assertThat(found).hasSize(50);
    while (page.has("next")) {
      page = support
          .client()
          .data(FleetKeyList.NAME, "api.cursor", page.path("next").asText());
      found.addAll(page.path("keys").findValuesAsText("fingerprint"));
    }
    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(
            all.stream().map(key -> PublicKey.parse(key).fingerprint()).toList());
  }

  @Test
  void aServerThatDoesNotAnswerIsToldOfAndKeepsWhatWasKnown() throws IOException {
    var key = Keys.ed25519();
    Files.writeString(keys, key + "\n");
    scan();
    LocalSystemsManager.running().faults().next("Latchkey-Order", 1, PlannedFault.undeliverable());

    var answer = scan();

    assertThat(listed().findValuesAsText("fingerprint"))
        .containsExactly(PublicKey.parse(key).fingerprint());
    assertThat(answer.at("/metadata/result").asInt()).isZero();
    assertThat(answer.at("/metadata/reason").asText())
        .contains("Not all of " + support.server().name() + " is known");
  }

  /** A statement is a stranger's word: what no agent would say is not recorded, and it is about its server alone. */
  @Test
  void nonsenseIsNotRecorded() {
    RetoldServer.of(support.server())
        .say(
            "{'top':{'action':{'verb':'list_access','done':true,'unread':[],'more':0,'entries':["
                + "{'kind':'key','name':'SHA256:short','place':'0123456789abcdef'},"
                + "{'kind':'account','name':'two words','place':''},"
                + "{'kind':'vanished','name':'x','place':''},{'kind':'account','name':'mallory','what':'uid 0'}]}}}");

    scan();

    assertThat(listed()).isEmpty();
    assertThat(support.client().data(FleetDrift.NAME).path("drift").findValuesAsText("what"))
        .containsExactly("account mallory");
  }
}
