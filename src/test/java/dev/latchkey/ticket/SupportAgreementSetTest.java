package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SupportAgreementSetTest extends WhmTest {
  private static final String SET = "support_agreement_set";
  private static final String GET = "ticket_get_support_agreement";

  @Inject
  Fleet fleet;

  @Test
  void otherWordsRequireAnotherVersion() {
    var client = WhmClient.of(fleet.owner());
    var first = client.data(SET, "version", "v1", "title", "Terms", "body", "Be good.");
    assertThat(first.path("accepted").asInt()).isZero();

    assertThat(client.failure(SET, "version", "v1", "title", "Terms", "body", "Be bad."))
        .contains("version: “v1” stands with other words; give these another version.");
    assertThat(client.data(GET).path("body").asText()).isEqualTo("Be good.");
  }

  @Test
  void theSameOnceMoreChangesNothing() {
    var client = WhmClient.of(fleet.owner());
    String[] agreement = {"version", "v1", "title", "Terms", "body", "Be good."};
    client.data(SET, agreement);
    client.post("ticket_update_service_agreement_approval", "version", "v1");

    assertThat(client.data(SET, agreement).path("accepted").asInt()).isOne();
    assertThat(client.data("audit_list").path("entries").findValuesAsText("change"))
        .filteredOn(change -> change.startsWith("support agreement"))
        .hasSize(1);
  }

  @Test
  void nobodyHasApprovedALaterVersion() {
    var client = WhmClient.of(fleet.owner());
    client.data(SET, "version", "v1", "title", "Terms", "body", "Be good.");
    client.post("ticket_update_service_agreement_approval", "version", "v1");

    var later = client.data(SET, "version", "v2", "title", "Terms", "body", "Be better.");

    assertThat(later.path("accepted").asInt()).isZero();
    assertThat(later.path("accepted_date").isNull()).isTrue();
  }

  @Test
  void everyUserHasTheirOwn() {
    WhmClient.of(fleet.owner()).data(SET, "version", "v1", "title", "Terms", "body", "Mine.");

    assertThat(WhmClient.of(fleet.owner()).failure(GET)).contains(SET);
  }

  @Test
  void whatIsNotValidIsNamed() {
    var client = WhmClient.of(fleet.owner());

    assertThat(client.failure(SET, "version", "v 1", "title", "T", "body", "B"))
        .contains("version: is not a valid version");
    assertThat(client.failure(SET, "version", "v1", "title", "T", "body", " "))
        .contains("body: is empty; it must have 1 to 50000 characters.");
    assertThat(client.failure(SET, "version", "v1", "title", "x".repeat(201), "body", "B"))
        .contains("title: has 201 characters; it must have at most 200.");
    assertThat(client.failure(SET, "version", "v1", "title", "T", "body", "x".repeat(50_001)))
        .contains("body: has 50001 characters; it must have at most 50000.");
    for (var url : new String[] {"javascript:alert(1)", "http://example.com/", "https:///x", "%"}) {
      assertThat(client.failure(SET, "version", "v1", "title", "T", "body", "B", "view_url", url))
          .contains("view_url: is not a valid address; it must be https://");
    }
    assertThat(client.failure(GET)).contains(SET);
  }
}
