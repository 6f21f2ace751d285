package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class VendorProfileSetTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void itIsSetAsAWhole() {
    var client = WhmClient.of(fleet.owner());

    assertThat(client.failure("vendor_profile_set", "key", Keys.ed25519())).contains("from: ");
    assertThat(client.failure("vendor_profile_set", "from", "192.0.2.1")).contains("key: ");
  }

  @Test
  void aGrantUsesTheProfileOfThatMoment() {
    var support = fleet.supportCase();
    var newer = Keys.ed25519();
    support.client().data("vendor_profile_set", "key", newer, "from", "198.51.100.9");

    support.grant();

    assertThat(support.authorizedKeys())
        .contains(newer, "from=\"198.51.100.9")
        .doesNotContain(support.key());
  }
}
