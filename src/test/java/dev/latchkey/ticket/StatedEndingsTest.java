package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.reconcile.Reconciler;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server states of an end, and what a caller is told of it. */
@QuarkusTest
@DrivesAgent
class StatedEndingsTest extends WhmTest {
  private static final String SESSION = "1f0c2d3e-4711-123456";

  private static final String UNATTRIBUTED =
      "{'each':{'ended':{'gone':'unknown','unattributed':[{'id':'" + SESSION
          + "','user':'root','from':'203.0.113.7','since':1795270000,'terminal':'pts/3'}]}}}";

  @Inject
  Fleet fleet;

  @Inject
  Reconciler reconciler;

  private record Case(SupportCase support, RetoldServer server) {
    JsonNode revoke(String... more) {
      return support.revoke(more);
    }
  }

  private Case granted() {
    var support = fleet.supportCase();
    support.grant();
    return new Case(support, RetoldServer.of(support.server()));
  }

  private static int result(JsonNode answer) {
    return answer.at("/metadata/result").asInt();
  }

  private static String reason(JsonNode answer) {
    return answer.at("/metadata/reason").asText();
  }

  /** Who reads that nothing was there for one account must not believe that all of the ticket is over. */
  @Test
  void aRevokeForAnotherAccountNamesWhatIsNotProvenGone() {
    var granted = granted();
    granted.server().say("{'each':{'ended':{'gone':'unknown','questions':['who knows']}}}");
    assertThat(result(granted.revoke())).isZero();

    var answer = granted.revoke("ssh_username", "rooot");

    assertThat(result(answer)).isEqualTo(1);
    assertThat(answer.at("/data/revoked_keys").asInt(-1)).isZero();
    assertThat(answer.at("/data/non_fatals/0").asText())
        .isEqualTo("the grant of ticket " + granted.support().ticket() + " for root on "
            + granted.support().server().name() + " is being taken away and not proven gone yet");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'gone':'unknown','questions':['whether AuthorizedKeysCommand gives the key: it timed out']}",
        "{'questions':['whether AuthorizedKeysCommand gives the key: it timed out']}",
        "{'gone':'maybe','questions':['whether AuthorizedKeysCommand gives the key: it timed out']}"
      })
  void whatIsNotKnownIsNotGoneAndTheQuestionIsNamed(String end) {
    var granted = granted();
    granted.server().say("{'each':{'ended':" + end + "}}");

    var answer = granted.revoke();

    assertThat(result(answer)).as(answer.toString()).isZero();
    assertThat(reason(answer))
        .startsWith("revoking: " + granted.support().server().name() + " states: ")
        .contains("whether AuthorizedKeysCommand gives the key: it timed out")
        .endsWith("the order stands and is repeated.");
    assertThat(answer.at("/data/revoked_keys").asInt()).isZero();
    assertThat(answer.at("/data/questions/0").asText()).contains("it timed out");
    assertThat(answer.at("/data/waits_for").asText()).isEqualTo("person");
  }

  /** A client calls again by itself for this, and for nothing that somebody has to look at. */
  @Test
  void whatIsOnlyNotGoneYetWaitsForTheServer() {
    var granted = granted();
    granted.server().say("{'each':{'ended':{'gone':false}}}");

    var late = granted.revoke();

    assertThat(result(late)).isZero();
    assertThat(late.at("/data/waits_for").asText()).isEqualTo("server");
    granted.server().sayTheTruth();
    assertThat(granted.revoke().at("/data").has("waits_for")).isFalse();
  }

  @Test
  void itIsGoneByItselfWhenTheServerSaysSoLater() {
    var granted = granted();
    granted.server().say(UNATTRIBUTED);
    granted.revoke();
    granted.server().sayTheTruth();

    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(120).getEpochSecond())) {
      reconciler.run().await().atMost(Duration.ofMinutes(1));
    }

    assertThat(granted.support().receipts().at("/0/reason").asText()).isEqualTo("REVOKED");
    assertThat(result(granted.revoke())).isEqualTo(1);
  }

  @Test
  void aSessionThatNobodyCanAttributeIsListedAndEndsOnlyByName() {
    var granted = granted();
    granted.server().say(UNATTRIBUTED);

    var refused = granted.revoke();

    assertThat(result(refused)).isZero();
    assertThat(reason(refused))
        .contains("1 live session cannot be attributed", "api.end_unattributed=" + SESSION);
    assertThat(granted.server().lastOrder().has("end_unattributed")).isFalse();
    assertThat(refused.at("/data/waits_for").asText()).isEqualTo("person");
    assertThat(refused.at("/data/unattributed").toString())
        .isEqualTo(
            "[{\"id\":\"" + SESSION + "\",\"server_name\":\""
                + granted.support().server().name()
                + "\",\"account\":\"root\",\"source\":\"203.0.113.7\",\"since\":1795270000,\"terminal\":\"pts/3\"}]");

    granted.server().sayTheTruth();
    var ended = granted.revoke("api.end_unattributed", SESSION + ",00000000-1-2," + SESSION);

    assertThat(result(ended)).as(ended.toString()).isEqualTo(1);
    assertThat(granted.server().lastOrder().path("end_unattributed").toString())
        .isEqualTo("[\"" + SESSION + "\",\"00000000-1-2\"]");
    assertThat(granted.support().client().data("audit_list").toString())
        .contains("ending the unattributed sessions " + SESSION + ", 00000000-1-2");
  }

  @Test
  void aTicketIsClosedWithTheSessionsThatAreNamed() {
    var granted = granted();
    var client = granted.support().client();
    granted.server().say(UNATTRIBUTED);
    String[] close = {"ticket_id", granted.support().ticket(), "api.wait", "20"};

    var refused = client.post("ticket_close", close);

    assertThat(result(refused)).isZero();
    assertThat(refused.at("/data/unattributed/0/id").asText()).isEqualTo(SESSION);
    granted.server().sayTheTruth();
    client.data(
        "ticket_close", "ticket_id", close[1], "api.wait", "20", "api.end_unattributed", SESSION);
    assertThat(granted.server().lastOrder().path("end_unattributed").toString())
        .isEqualTo("[\"" + SESSION + "\"]");
    assertThat(client.data("audit_list").toString())
        .contains("closed ticket " + close[1] + ", ending the unattributed sessions " + SESSION);
    assertThat(
            client.failure("ticket_close", "ticket_id", close[1], "api.end_unattributed", SESSION))
        .contains("no access that is not proven gone", "no session was ended");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4711",
        "1f0c2d3e-4711",
        "1F0C2D3E-4711-1",
        SESSION + ",",
        SESSION + ", 00000000-1-2",
        "1f0c2d3e-4711-1;id"
      })
  void aSessionThatIsNoneIsRefusedAndNothingEnds(String named) {
    var support = fleet.supportCase();
    support.grant();

    assertThat(WhmClient.reasonOfFailure(support.revoke("api.end_unattributed", named)))
        .contains("api.end_unattributed: ", "is not the id of a session");
    assertThat(support.letsVendorIn()).isTrue();
  }

  @Test
  void moreThanFiftySessionsAreRefused() {
    var ids = new StringBuilder("00000000-1-0");
    for (var i = 1; i <= 50; i++) {
      ids.append(",00000000-1-").append(i);
    }

    assertThat(WhmClient.reasonOfFailure(
            fleet.supportCase().revoke("api.end_unattributed", ids.toString())))
        .contains("names 51 sessions; name at most 50");
  }

  @Test
  void whereNothingIsRevokedNoSessionEnds() {
    var support = fleet.supportCase();

    assertThat(WhmClient.reasonOfFailure(support.revoke("api.end_unattributed", SESSION)))
        .contains("no access for root", "no session was ended");
  }

  @Test
  void whatRunsOnIsToldAndItIsAFolder() {
    var granted = granted();
    granted
        .server()
        .say(
            "{'top':{'simulated':1},'each':{'ended':{'left':[{'pid':7,'name':'nginx'},{'pid':8,'name':'php-fpm'}]}}}");

    var answer = granted.revoke();

    assertThat(result(answer)).as(answer.toString()).isEqualTo(1);
    assertThat(answer.at("/data/non_fatals").toString())
        .isEqualTo("[\"access is gone; 2 processes started during it run on\"]");
    assertThat(answer.at("/data/simulated").asInt()).isEqualTo(1);
  }

  private static final String FAILED = "'state':'FAILED','problem':'the key is malformed'";

  @Test
  void whatTheServerNeverPlacedIsDroppedAndNothingIsLeftToBeProven() {
    var support = fleet.supportCase();
    var server = RetoldServer.of(support.server());
    server.say("{'each':{'grants':{" + FAILED + ",'stands':false}}}");

    assertThat(WhmClient.reasonOfFailure(support.grant()))
        .contains("the key is malformed")
        .endsWith("nothing was granted.");

    assertThat(server.lastOrder().path("grants")).isEmpty();
    assertThat(server.lastOrder().path("ending")).isEmpty();
    assertThat(support.client().data("fleet_server_check", "api.wait", "20").path("grants"))
        .isEmpty();
    assertThat(support.client().data("audit_list").toString()).contains("which was never placed");
    assertThat(support.receipts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {FAILED, FAILED + ",'stands':true", FAILED + ",'stands':'unknown'"})
  void whatMayStandIsAnEndThatMustBeProven(String grant) {
    var support = fleet.supportCase();
    var server = RetoldServer.of(support.server());
    server.say("{'each':{'grants':{" + grant + "},'ended':{'gone':'unknown'}}}");

    assertThat(WhmClient.reasonOfFailure(support.grant()))
        .endsWith("the grant was taken back, which the server has not confirmed yet.");

    var ending = server.lastOrder().at("/ending/0");
    assertThat(ending.path("fingerprint").asText()).startsWith("SHA256:");
    assertThat(ending.has("key")).isFalse();
    server.sayTheTruth();
    assertThat(result(support.revoke())).isEqualTo(1);
    assertThat(support.letsVendorIn()).isFalse();
  }

  /** Something of the first may still stand. */
  @Test
  void aSecondGrantThatFailsIsAnEndThatMustBeProven() {
    var granted = granted();
    granted
        .server()
        .say("{'each':{'grants':{" + FAILED + ",'stands':false},'ended':{'gone':false}}}");

    assertThat(WhmClient.reasonOfFailure(granted.support().grant())).contains("taken back");
    assertThat(granted.server().lastOrder().path("ending")).hasSize(1);
  }

  @Test
  void aProblemOfTheWholeOrderIsTold() {
    var granted = granted();
    var name = granted.support().server().name();
    granted
        .server()
        .say(
            "{'top':{'outcome':'PARTIAL','problem':'/var/lib/latchkey: Read-only\\nfile system'}}");

    assertThat(granted.support().grant().at("/data/non_fatals").toString())
        .isEqualTo("[\"" + name + " states: /var/lib/latchkey: Read-only�file system\"]");
    assertThat(granted.revoke().at("/data/non_fatals/0").asText()).contains("Read-only");

    granted.support().grant();
    granted
        .server()
        .say("{'top':{'outcome':'PARTIAL','problem':'no space'},'each':{'ended':{'gone':false}}}");
    assertThat(reason(granted.revoke())).contains("it is not gone yet; no space");
  }

  /** A list of fifty and a hostile text: a sentence stays one. */
  @Test
  void whatAServerStatesIsBounded() {
    var granted = granted();
    var questions = new StringBuilder();
    for (var i = 0; i < 60; i++) {
      questions.append(i == 0 ? "" : ",").append("'question ").append(i).append("'");
    }
    granted
        .server()
        .say("{'each':{'ended':{'gone':'unknown','problem':'" + "x".repeat(5000) + "','questions':["
            + questions + "]}}}");

    var answer = granted.revoke();

    assertThat(answer.at("/data/questions")).hasSize(50);
    assertThat(reason(answer))
        .hasSizeLessThan(1000)
        .contains("question 4; and 55 more questions are open");
  }
}
