package dev.latchkey.reconcile;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.change.Change;
import dev.latchkey.data.Data;
import dev.latchkey.event.Event;
import dev.latchkey.event.EventTable;
import dev.latchkey.sam.DeployedRoles;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.IamRequests;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.PutEventsServer;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an event bus is told. */
@QuarkusTest
@TestProfile(EventsTest.Listening.class)
@InProcess
@DrivesAgent
class EventsTest extends WhmTest {
  private static final PutEventsServer BUS = PutEventsServer.atKnownPort();

  private static final DeployedRoles ROLES = DeployedRoles.read();
  private static final IamRequests IAM = new IamRequests(ROLES.resources());

  @Inject
  Fleet fleet;

  @Inject
  EventTable events;

  @Inject
  Change change;

  @Inject
  EventUpkeep upkeep;

  @Inject
  TokenEvents tokens;

  /** A bus of this machine. */
  public static class Listening implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "latchkey.events", "desk", "latchkey.events-endpoint", PutEventsServer.knownAddress());
    }
  }

  @BeforeEach
  void credentials() {
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretAccessKey", "test");
    System.setProperty("aws.region", "eu-central-1");
  }

  @AfterEach
  void noCredentials() {
    List.of("aws.accessKeyId", "aws.secretAccessKey", "aws.region").forEach(System::clearProperty);
    assertThat(BUS.problems()).isEmpty();
  }

  private void tell() {
    upkeep.run().await().indefinitely();
  }

  private List<JsonNode> told(String type, String owner) {
    return BUS.told().stream()
        .filter(entry -> entry.path("DetailType").asText().equals(type))
        .map(entry -> WhmClient.parse(entry.path("Detail").asText()))
        .filter(detail -> detail.path("owner").asText().equals(owner))
        .toList();
  }

  @Test
  void aGrantItsProofAndItsEndAreTold() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    assertThat(support.grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");
    tell();

    for (var type : List.of("Access Granted", "Access Authorized")) {
      assertThat(told(type, owner.user())).singleElement().satisfies(detail -> {
        assertThat(detail.path("ticket").asText()).isEqualTo(support.ticket());
        assertThat(detail.path("server").asText()).isEqualTo(support.server().name());
        assertThat(detail.path("ssh_username").asText()).isEqualTo("root");
        assertThat(detail.path("event_id").asText()).matches("[0-9a-f]{32}");
      });
    }
    assertThat(told("Access Revoked", owner.user())).isEmpty();

    support.revoke();
    tell();
    tell();

    assertThat(told("Access Revoked", owner.user())).singleElement().satisfies(detail -> {
      assertThat(detail.path("reason").asText()).isEqualTo("REVOKED");
      assertThat(detail.path("generation").asLong()).isPositive();
    });
    assertThat(BUS.told()).allMatch(entry -> entry.path("Source").asText().equals("latchkey"));
  }

  /** A refused entry is kept, with all of its transaction, and is known by its id. */
  @Test
  void whatTheBusHasNotTakenIsToldAgain() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    support.grant();
    BUS.fail(1000);
    assertThat(catchThrowable(this::tell)).hasMessageContaining("has not taken all events");
    BUS.fail(0);
    BUS.refuse(1000);
    assertThat(catchThrowable(this::tell)).isNotNull();
    assertThat(told("Access Granted", owner.user())).isEmpty();
    BUS.refuse(0);

    tell();
    tell();

    assertThat(told("Access Granted", owner.user())).hasSize(1);
  }

  /** A first look at many servers has more to tell than is read at once, and the first may be what the bus does not take. */
  @Test
  void whatIsRefusedIsNotInTheWayOfTheRest() {
    var owner = fleet.owner().user();
    var all = 2 * EventTable.MOST + 10;
    var begin = Instant.now().minusSeconds(all);
    tell();
    for (var i = 0; i < all; i++) {
      var event = Event.of("Access Drift", begin.plusSeconds(i), owner, "" + i, Data.hash());
      change.note(in -> events.note(in, event)).await().indefinitely();
    }
    BUS.refuse(EventTable.MOST);
    assertThat(catchThrowable(this::tell)).hasMessageContaining("has not taken all events");
    BUS.refuse(0);
    assertThat(told("Access Drift", owner)).hasSize(all - EventTable.MOST);

    tell();

    assertThat(told("Access Drift", owner)).hasSize(all);
  }

  @Test
  void whatIsNotSoAnyMoreWhenItsTimeComesIsNotTold() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var other = fleet.supportCase(owner, fleet.server(owner));
    support.grant("api.ttl", "7200");
    other.grant("api.ttl", "7200");
    other.revoke();
    var now = Instant.now();
    try (var clock = TestClock.stoppedAt(now.plusSeconds(3500).getEpochSecond())) {
      tell();
      assertThat(told("Access Expiring", owner.user())).isEmpty();
      TestClock.stoppedAt(now.plusSeconds(3700).getEpochSecond());
      tell();
    }

    assertThat(told("Access Expiring", owner.user()))
        .singleElement()
        .satisfies(
            detail -> assertThat(detail.path("ticket").asText()).isEqualTo(support.ticket()));
    assertThat(told("Access Unconfirmed", owner.user())).isEmpty();
  }

  @Test
  void whatIsNotConfirmedAfterFiveMinutesIsTold() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    support.grant("api.wait", "0");
    var now = Instant.now();
    try (var clock = TestClock.stoppedAt(now.plusSeconds(310).getEpochSecond())) {
      tell();
    }

    assertThat(told("Access Unconfirmed", owner.user()))
        .singleElement()
        .satisfies(detail -> assertThat(detail.path("wanted").asInt()).isEqualTo(1));
  }

  @Test
  void whatNobodyGaveIsToldOnce() throws IOException {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    support.client().data("fleet_key_scan", "api.wait", "20");
    var key = Keys.ed25519();
    Files.writeString(Fleet.authorizedKeys(support.server()), key + "\n");
    for (var i = 0; i < 2; i++) {
      support.client().data("fleet_key_scan", "api.wait", "20");
      tell();
    }

    assertThat(told("Access Drift", owner.user()))
        .filteredOn(
            detail -> detail.path("name").asText().equals(PublicKey.parse(key).fingerprint()))
        .singleElement()
        .satisfies(detail -> {
          assertThat(detail.path("server").asText()).isEqualTo(support.server().name());
          assertThat(detail.path("kind").asText()).isEqualTo("key");
          assertThat(detail.path("account").asText()).isEqualTo("root");
        });
  }

  /** A server that states it again has told nothing new. */
  @Test
  void aSessionThatNobodyCanAttributeIsTold() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    support.grant();
    RetoldServer.of(support.server())
        .say("{'each':{'ended':{'gone':'unknown','unattributed':[{'id':'1f0c2d3e-4711-123456',"
            + "'user':'root','from':'203.0.113.7','since':1795270000,'terminal':'pts/3'}]}}}");
    for (var i = 0; i < 2; i++) {
      support.revoke();
      tell();
    }

    assertThat(told("Access Unattributed", owner.user()))
        .isNotEmpty()
        .allSatisfy(detail -> {
          assertThat(detail.path("ticket").asText()).isEqualTo(support.ticket());
          assertThat(detail.path("sessions").asInt()).isEqualTo(1);
        })
        .extracting(detail -> detail.path("event_id").asText())
        .containsOnly(
            told("Access Unattributed", owner.user()).get(0).path("event_id").asText());
  }

  /** RoleTest judges the same where nobody listens. */
  @Test
  void whatIsNotedForTheBusIsWithinTheRoles() throws IOException {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    judged("ticket_grant", support::grant);
    Files.writeString(Fleet.authorizedKeys(support.server()), Keys.ed25519() + "\n");
    judged("fleet_key_scan", () -> support.client().data("fleet_key_scan", "api.wait", "20"));
    judged("ticket_revoke", support::revoke);
    SdkProbe.reset();
    tell();
    tokens.run().await().indefinitely();
    assertThat(SdkProbe.sent("EVENTS")).contains("Query", "TransactWriteItems");
    assertThat(IAM.refused(ROLES.of("Reconciler"))).isEmpty();
  }

  private static void judged(String function, Runnable call) {
    SdkProbe.reset();
    call.run();
    assertThat(SdkProbe.written()).as(function + " has something to tell").contains("EVENTS");
    assertThat(IAM.refused(ROLES.ofWhmFunction(function))).as(function).isEmpty();
  }

  @Test
  void aTokenThatExpiresIsToldSevenDaysAndOneDayAhead() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var begin = Instant.now();
    var end = begin.plus(Duration.ofDays(9)).getEpochSecond();
    client.data("api_token_create", "token_name", "ci", "expires_at", "" + end);
    client.data("api_token_create", "token_name", "brief", "expires_at", "" + (end - 8 * 86_400));
    try (var clock = TestClock.stoppedAt(begin.getEpochSecond())) {
      for (var hours = 0; hours < 10 * 24; hours += 6) {
        TestClock.stoppedAt(begin.plus(Duration.ofHours(hours)).getEpochSecond());
        tokens.run().await().indefinitely();
        tell();
      }
    }

    assertThat(told("Token Expiring", account.user()))
        .filteredOn(detail -> detail.path("token_name").asText().equals("ci"))
        .extracting(detail -> detail.path("days").asInt())
        .containsExactly(7, 1);
    assertThat(BUS.told().toString()).doesNotContain("\"token\"");
  }
}
