package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class TicketRevokeTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void theKeyIsGoneAndThereIsAReceipt() {
    var support = fleet.supportCase();
    var before = support.authorizedKeys();
    support.grant();

    var answer = support.revoke();

    assertThat(answer.at("/metadata/result").asInt()).as(answer.toString()).isEqualTo(1);
    assertThat(answer.at("/data/revoked_keys").asInt()).isEqualTo(1);
    assertThat(support.authorizedKeys()).isEqualTo(before);
    var receipt = support.receipts().get(0);
    assertThat(receipt.path("reason").asText()).isEqualTo("REVOKED");
    assertThat(receipt.at("/statement/gone").asInt()).isEqualTo(1);
    assertThat(receipt.path("fingerprint").asText()).startsWith("SHA256:");
  }

  @Test
  void revokingAgainIsHarmless() {
    var support = fleet.supportCase();
    support.grant();
    support.revoke();

    var again = support.revoke();

    assertThat(again.at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(again.at("/data/revoked_keys").asInt()).isZero();
    assertThat(support.receipts()).hasSize(1);
  }

  @Test
  void whatWasNeverGrantedRevokesNoKey() {
    var answer = fleet.supportCase().revoke();

    assertThat(answer.at("/metadata/result").asInt()).as(answer.toString()).isEqualTo(1);
    assertThat(answer.at("/data/revoked_keys").asInt()).isZero();
  }

  /** The account was misspelt, and the vendor is still in. */
  @Test
  void anotherAccountOfTheTicketThatStillStandsIsNamed() {
    var support = fleet.supportCase();
    support.grant();

    var answer = support.revoke("ssh_username", "rooot");

    assertThat(answer.at("/data/revoked_keys").asInt()).isZero();
    assertThat(answer.at("/data/non_fatals/0").asText())
        .isEqualTo("ticket " + support.ticket() + " has a grant for root on "
            + support.server().name());
    assertThat(support.letsVendorIn()).isTrue();
  }

  @Test
  void twoTicketsMayShareAKeyAndOneStays() {
    var first = fleet.supportCase();
    var ticket = first
        .client()
        .data("ticket_create_stub_ticket", "api.server", first.server().name());
    var second = new SupportCase(
        first.client(),
        first.server(),
        first.key(),
        ticket.path("ticket_id").asText(),
        ticket.path("secure_id").asText());
    first.grant();
    second.grant();

    first.revoke();

    assertThat(first.authorizedKeys())
        .contains("latchkey-ticket-" + second.ticket())
        .doesNotContain("latchkey-ticket-" + first.ticket());
    assertThat(second.revoke().at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(first.letsVendorIn()).isFalse();
  }

  @Test
  void whatTheVendorMadeOfTheLineGoesWithIt() throws IOException {
    var support = fleet.supportCase();
    var before = support.authorizedKeys();
    support.grant();
    Files.writeString(
        Fleet.authorizedKeys(support.server()), before + support.key() + " now without limits\n");

    assertThat(support.revoke().at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(support.authorizedKeys()).isEqualTo(before);
  }

  @Test
  void aCopyThatStoodThereBeforeStaysAndTheRevokeSaysThatAccessIsNotGone() throws IOException {
    var support = fleet.supportCase();
    var file = Fleet.authorizedKeys(support.server());
    Files.writeString(file, support.authorizedKeys() + support.key() + " put here by the owner\n");
    var before = support.authorizedKeys();
    support.grant();

    var answer = support.revoke();

    assertThat(answer.at("/metadata/result").asInt()).isZero();
    assertThat(answer.at("/metadata/reason").asText())
        .contains("revoking", support.server().name());
    assertThat(support.authorizedKeys()).isEqualTo(before);
    assertThat(support.receipts()).isEmpty();
  }

  @Test
  void theAccountMustBeNamed() {
    var support = fleet.supportCase();

    assertThat(support
            .client()
            .failure("ticket_revoke", "ticket_id", support.ticket(), "server_num", "1"))
        .contains("ssh_username", "is missing");
  }
}
