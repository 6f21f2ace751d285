package dev.latchkey.reseller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Account;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class AcctcountsTest extends WhmTest {
  @Inject
  Fleet fleet;

  private Account owner() {
    var owner = fleet.owner();
    fleet.server(owner);
    fleet.server(owner);
    return owner;
  }

  @Test
  void itsOwnServers() {
    var owner = owner();

    var counts = WhmClient.of(owner).data("acctcounts").path("reseller");

    assertThat(counts.path("user").asText()).isEqualTo(owner.user());
    assertThat(counts.path("active").asInt()).isEqualTo(2);
    assertThat(counts.path("suspended").asInt()).isZero();
    assertThat(counts.path("limit").isNull()).isTrue();
  }

  @Test
  void ofAnotherOnlyWhoHoldsAllIsTold() {
    var owner = owner();

    assertThat(root()
            .data("acctcounts", "user", owner.user())
            .at("/reseller/active")
            .asInt())
        .isEqualTo(2);
    assertThat(reseller().failure("acctcounts", "user", owner.user()))
        .contains("user: there is no reseller named “" + owner.user() + "” of yours");
    assertThat(reseller().failure("acctcounts", "user", "nobody"))
        .contains("user: there is no reseller named “nobody” of yours");
  }
}
