package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TicketGetSupportAgreementTest extends WhmTest {
  private static final String NAME = "ticket_get_support_agreement";
  private static final Instant CREATED = Instant.ofEpochSecond(1_564_790_400);
  private static final Instant APPROVED = Instant.ofEpochSecond(1_566_000_000);

  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Inject
  AgreementTable agreements;

  /** The documented example, whose agreement is approved, as its date is. */
  @Test
  void answersAsWhmDocumentsIt() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    documented(owner, Optional.of(APPROVED));

    assertThat(client.post(NAME)).isEqualTo(Golden.json(NAME + ".json"));
    assertThat(Golden.canonical(
            client.raw().get("/xml-api/" + NAME + "?api.version=1").asString()))
        .isEqualTo(Golden.canonical(Golden.text(NAME + ".xml")));
  }

  @Test
  void whatNobodyApprovedHasNoDate() {
    var owner = fleet.owner();
    documented(owner, Optional.empty());

    var data = WhmClient.of(owner).data(NAME);

    assertThat(data.path("accepted").asInt()).isZero();
    assertThat(data.path("accepted_date").isNull()).isTrue();
    assertThat(data.path("accepted_date_human").isNull()).isTrue();
  }

  @Test
  void withoutOneItSaysHowToMakeOne() {
    assertThat(WhmClient.of(fleet.owner()).failure(NAME))
        .contains("You have no support agreement; support_agreement_set makes one.");
  }

  private void documented(Account owner, Optional<Instant> approved) {
    var agreement = new Agreement(
        owner.user(),
        "2019-04.v01.TSUPPORT",
        "Technical Support Agreement",
        "<p>IMPORTANT: THIS TECHNICAL SUPPORT AGREEMENT ... at the end of AGREEMENT",
        Optional.of(URI.create("https://www.example.com/technical-support-agreements.html")),
        Optional.of(URI.create("https://www.example.com/techagreement_download.cgi")),
        CREATED,
        approved,
        1);
    var transaction = store.transaction();
    agreements.write(transaction, Optional.empty(), agreement);
    store.write(transaction).await().indefinitely();
  }
}
