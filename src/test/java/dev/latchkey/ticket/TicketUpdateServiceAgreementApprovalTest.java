package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TicketUpdateServiceAgreementApprovalTest extends WhmTest {
  private static final String NAME = "ticket_update_service_agreement_approval";

  @Inject
  Fleet fleet;

  @Test
  void approvesTheVersionThatStandsOnce() {
    var client = agreed();

    var first = client.post(NAME, "version", "2026-11.v01");
    assertThat(first.at("/metadata/result").asInt()).isOne();
    assertThat(first.has("data")).isFalse();
    var approved = client.data("ticket_get_support_agreement");
    assertThat(approved.path("accepted").asInt()).isOne();

    client.post(NAME, "version", "2026-11.v01");
    assertThat(client.data("ticket_get_support_agreement")).isEqualTo(approved);
    assertThat(client.data("audit_list").path("entries").findValuesAsText("change"))
        .filteredOn("approved the support agreement, version 2026-11.v01"::equals)
        .hasSize(1);
  }

  /** Whoever read an earlier version has not read this one. */
  @Test
  void noOtherVersionIsApproved() {
    var client = agreed();

    assertThat(client.failure(NAME, "version", "2026-10.v01"))
        .contains("version: “2026-10.v01” is not the version that stands, which is “2026-11.v01”.");
    assertThat(client.data("ticket_get_support_agreement").path("accepted").asInt())
        .isZero();
  }

  /** The version of the API is another parameter. */
  @Test
  void apiVersionIsNoVersionOfAnAgreement() {
    assertThat(agreed().failure(NAME)).contains("version: is missing");
  }

  @Test
  void withoutAnAgreementItSaysHowToMakeOne() {
    assertThat(WhmClient.of(fleet.owner()).failure(NAME, "version", "1"))
        .contains("support_agreement_set makes one.");
  }

  private WhmClient agreed() {
    var client = WhmClient.of(fleet.owner());
    client.data(
        "support_agreement_set", "version", "2026-11.v01", "title", "Terms", "body", "Be good.");
    return client;
  }
}
