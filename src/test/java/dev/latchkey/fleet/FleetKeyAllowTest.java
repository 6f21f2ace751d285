package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.local.ssm.PlannedFault;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RevokingOwner;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetKeyAllowTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Store store;

  private final String key = Keys.ed25519();
  private final String fingerprint = PublicKey.parse(key).fingerprint();

  @AfterEach
  void noMoreFaults() {
    LocalSystemsManager.running().faults().clear();
  }

  @Test
  void aKeyThatIsAllowedAgainCanBeLetInAndStaysIn() throws IOException {
    var one = RevokingOwner.of(fleet, 1);
    var server = one.servers().get(0);
    one.revoke(fingerprint, "reason", "by mistake");

    var answer = one.allow(fingerprint);

    assertThat(answer.at("/metadata/result").asInt()).as("%s", answer).isEqualTo(1);
    assertThat(answer.at("/data/confirmed").asInt()).isEqualTo(1);
    assertThat(answer.at("/data/reason").asText()).isEqualTo("by mistake");
    assertThat(RevokingOwner.authorizedKeys(server)).doesNotContain(key);
    one.authorize(server, key);
    RevokingOwner.sweep(server);
    assertThat(RevokingOwner.authorizedKeys(server)).contains(key);
    assertThat(store.get(new Key("S#" + server.name(), "RK")).await().indefinitely())
        .isEmpty();
    assertThat(one.client().data("audit_list").path("entries").findValuesAsText("change"))
        .contains("allowed the key " + fingerprint + " again on " + server.name());
  }

  @Test
  void whereItIsNotRevokedThatIsSaidAndTheOtherServersAllowIt() {
    var two = RevokingOwner.of(fleet, 2);
    var revoked = two.servers().get(0);
    var other = two.servers().get(1);
    two.revoke(fingerprint, "api.server", revoked.name());

    var answer = two.allow(fingerprint, "api.server", two.names());

    assertThat(answer.at("/metadata/result").asInt(-1)).isZero();
    assertThat(answer.at("/data/servers/0/result").asInt()).isEqualTo(1);
    assertThat(answer.at("/data/servers/1/reason").asText())
        .endsWith("fingerprint: “" + fingerprint + "” is not revoked on “" + other.name() + "”.");
    assertThat(two.client()
            .failure("fleet_key_allow", "fingerprint", fingerprint, "api.server", other.name()))
        .contains("is not revoked on “" + other.name() + "”");
    assertThat(two.generation(other)).isZero();
  }

  /** As what a grant lets in does: it holds, and the answer says what the server still does. */
  @Test
  void aServerThatDoesNotAnswerAllowsItLater() {
    var one = RevokingOwner.of(fleet, 1);
    var server = one.servers().get(0);
    one.revoke(fingerprint);
    LocalSystemsManager.running().faults().nextTo(server.id(), 1, PlannedFault.undeliverable());

    var answer = one.allow(fingerprint);

    assertThat(answer.at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(answer.at("/data/confirmed").asInt(-1)).isZero();
    assertThat(answer.at("/data/non_fatals/0").asText())
        .contains("it keeps the key out until it has taken the order");
  }

  @Test
  void theReceiptOfARevocationStaysWhenTheKeyIsAllowedAgain() {
    var one = RevokingOwner.of(fleet, 1);
    var server = one.servers().get(0);
    one.revoke(fingerprint);

    one.allow(fingerprint);

    assertThat(
            store.query("R#" + server.name(), "K#" + fingerprint + "#").await().indefinitely())
        .hasSize(1);
  }
}
