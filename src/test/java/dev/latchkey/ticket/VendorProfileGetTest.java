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
class VendorProfileGetTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void showsWhatWasSet() {
    var client = WhmClient.of(fleet.owner());
    var key = Keys.ed25519();
    client.data(
        "vendor_profile_set",
        "key",
        key + " me",
        "from",
        "192.0.2.0/24",
        "ssh_username",
        "support");

    var profile = client.data("vendor_profile_get");

    assertThat(profile.path("key").asText()).isEqualTo(key);
    assertThat(profile.path("fingerprint").asText()).startsWith("SHA256:");
    assertThat(profile.path("from").get(0).asText()).isEqualTo("192.0.2.0/24");
    assertThat(profile.path("ssh_username").asText()).isEqualTo("support");
  }

  @Test
  void withoutOneItSaysHowToMakeOne() {
    assertThat(WhmClient.of(fleet.owner()).failure("vendor_profile_get"))
        .contains("vendor_profile_set");
  }
}
