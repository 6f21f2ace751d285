package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @Test
  void theCompanyIsShownAndGoesWithAProfileThatDoesNotNameIt() {
    var client = WhmClient.of(fleet.owner());
    var key = Keys.ed25519();

    var set = client.data(
        "vendor_profile_set",
        "key",
        key,
        "from",
        "192.0.2.1",
        "company_name",
        "Example, L.L.C.",
        "company_id",
        "7",
        "logo_url",
        "https://www.example.com/logo.png",
        "pub_support_contact",
        "https://www.example.com/support",
        "pub_tech_contact",
        "https://www.example.com/tech",
        "tech_contact_email",
        "support@example.com");

    assertThat(client.data("vendor_profile_get")).isEqualTo(set);
    assertThat(set.path("company_name").asText()).isEqualTo("Example, L.L.C.");
    assertThat(set.path("company_id").asInt()).isEqualTo(7);
    assertThat(set.path("pub_tech_contact").asText()).isEqualTo("https://www.example.com/tech");
    assertThat(client.data("audit_list").at("/entries/0/change").asText())
        .endsWith(" company_name=Example, L.L.C.");

    client.data("vendor_profile_set", "key", key, "from", "192.0.2.1");
    var whole = client.data("vendor_profile_get");
    assertThat(whole.path("company_name").isNull()).isTrue();
    assertThat(whole.path("tech_contact_email").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "company_name|a\\tb|is not a valid name",
        "company_id|0|0",
        "logo_url|http://www.example.com/logo.png|must be https://",
        "pub_support_contact|javascript:alert(1)|must be https://",
        "pub_tech_contact|https:///nowhere|must be https://",
        "tech_contact_email|support@localhost|is not a valid e-mail address",
        "tech_contact_email|Support <support@example.com>|is not a valid e-mail address"
      })
  void whatIsWrongIsNamed(String name, String value, String reason) {
    assertThat(WhmClient.of(fleet.owner())
            .failure(
                "vendor_profile_set",
                "key",
                Keys.ed25519(),
                "from",
                "192.0.2.1",
                name,
                value.replace("\\t", "\t")))
        .contains(name + ": ", reason);
  }
}
