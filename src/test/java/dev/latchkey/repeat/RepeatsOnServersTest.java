package dev.latchkey.repeat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;

/** A call with a key that has orders carried out: what was begun is finished, and nothing is ordered twice. */
@QuarkusTest
@InProcess
class RepeatsOnServersTest extends WhmTest {
  private static final String KEY = "api.idempotency_key";
  private static final int THREADS = 32;

  @Inject
  Fleet fleet;

  @Inject
  Store store;

  private final String key = UUID.randomUUID().toString();

  @Test
  void oneKeyInManyThreadsIsOneGrantAndOneGeneration() {
    var support = fleet.supportCase();
    var before = generation(support.server());
    var random = new Random();
    SdkProbe.failAfter(request -> request instanceof TransactWriteItemsRequest transaction
            && transaction.toString().contains("I#")
            && random.nextInt(3) == 0
        ? Optional.of(ApiCallTimeoutException.create(1))
        : Optional.empty());

    var answers = Together.run(THREADS, i -> support.grant(KEY, key, "api.wait", "2"));
    SdkProbe.reset();

    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.at("/metadata/result").asInt())
            .as(answer.toString())
            .isOne())
        .filteredOn(answer -> answer.at("/metadata/repeated").isMissingNode())
        .hasSize(1);
    assertThat(generation(support.server())).isEqualTo(before + 1);
    assertThat(grants(support.server())).hasSize(1);
    assertThat(support.grant(KEY, key).at("/data/auth_status").asText()).isEqualTo("AUTHED");
    assertThat(generation(support.server())).isEqualTo(before + 1);
  }

  @Test
  void whatCouldNotBeSentIsSentByTheRepeat() {
    var support = fleet.supportCase();
    SdkProbe.failBefore(request -> request instanceof SendCommandRequest
        ? Optional.of(SdkClientException.create("unreachable"))
        : Optional.empty());
    assertThat(support.grant(KEY, key).at("/data/auth_status").asText()).isEqualTo("NOT_AUTHED");
    SdkProbe.reset();
    var again = support.grant(KEY, key);
    assertThat(again.at("/data/auth_status").asText()).isEqualTo("AUTHED");
    assertThat(again.at("/metadata/repeated").isMissingNode()).isFalse();
    assertThat(support.letsVendorIn()).isTrue();
  }

  @Test
  void aGrantThatWasRevokedSinceIsNotGivenAgain() {
    var support = fleet.supportCase();
    support.grant(KEY, key);
    support.revoke();
    assertThat(reason(support.grant(KEY, key)))
        .contains("did this at", "The access has ended", "ticket_receipt");
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(support.grant().at("/metadata/result").asInt()).isOne();
  }

  @Test
  void aGrantThatWasGivenSinceIsNotRevokedByARepeat() {
    var support = fleet.supportCase();
    support.grant();
    assertThat(support.revoke(KEY, key).at("/data/revoked_keys").asInt()).isOne();
    assertThat(support.revoke(KEY, key).at("/data/revoked_keys").asInt()).isOne();
    support.grant();
    assertThat(reason(support.revoke(KEY, key))).contains("it is not done again");
    assertThat(support.letsVendorIn()).isTrue();
  }

  /** The server has the answer, which never came here. */
  @Test
  void aServerRepeatsWhatItAnsweredToTheFirstCall() {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var client = WhmClient.of(owner);
    String[] make = {"name", "made", "algorithm", "ed25519", "api.wait", "20", KEY, key};
    var first = client.data("generatesshkeypair", make);
    assertThat(client.data("generatesshkeypair", make)).isEqualTo(first);
    assertThat(client.failure("generatesshkeypair", "name", "made", "api.wait", "20"))
        .contains("made");
    assertThat(generation(server)).isEqualTo(2);
  }

  /** No server was named, as there was but one; that there are two by now changes nothing of what was asked for. */
  @Test
  void aRepeatGoesOnWithTheServerThatWasTheOnlyOne() {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var client = WhmClient.of(owner);
    var fingerprint = PublicKey.parse(Keys.ed25519()).fingerprint();
    client.data("fleet_key_revoke", "fingerprint", fingerprint, "api.wait", "20");
    String[] none = {"fingerprint", fingerprint, "api.wait", "20", KEY, key + "0"};
    client.data("fleet_key_revoke", none);
    String[] make = {"name", "made", "algorithm", "ed25519", "api.wait", "20", KEY, key};
    var first = client.data("generatesshkeypair", make);
    var later = fleet.server(owner);

    assertThat(client.data("generatesshkeypair", make)).isEqualTo(first);
    assertThat(client.post("fleet_key_revoke", none).at("/metadata/server").asText())
        .as("that found nothing to do")
        .isEqualTo(server.name());
    assertThat(client.failure("generatesshkeypair", "name", "other"))
        .contains("you have several servers");
    assertThat(List.of(generation(server), generation(later))).containsExactly(2L, 0L);
  }

  /** It only closes: the repeat answers what is so now, and what is open stays. */
  @Test
  void aRepeatOfRemovingClosedTicketsTakesNothingOpenAway() {
    var support = fleet.supportCase();
    support.grant();
    SdkProbe.failBefore(request -> request instanceof SendCommandRequest
        ? Optional.of(SdkClientException.create("unreachable"))
        : Optional.empty());
    support
        .client()
        .post("ticket_close", "ticket_id", support.ticket(), "secure_id", support.secureId());
    String[] remove = {"api.wait", "20", KEY, key};
    assertThat(reason(support.client().post("ticket_remove_closed", remove))).contains("revoking");
    SdkProbe.reset();
    assertThat(support
            .client()
            .data("ticket_remove_closed", remove)
            .path("revoked_keys")
            .asInt())
        .as("what had failed used no key up")
        .isOne();
    var open = support.another();
    open.grant();

    var again = support.client().post("ticket_remove_closed", remove);
    assertThat(again.at("/metadata/result").asInt()).isOne();
    assertThat(again.at("/metadata/repeated").asText()).isNotEmpty();
    assertThat(again.at("/data/revoked_keys").asInt()).isZero();
    assertThat(open.letsVendorIn()).isTrue();
  }

  /** What was given after the suspension had ended is not what was to end. */
  @Test
  void aRepeatOfASuspensionProvesItAndLeavesWhatCameAfter() {
    var support = fleet.supportCase();
    support.grant();
    var user = support.client().authorization().replaceAll("^whm |:.*", "");
    String[] suspend = {"user", user, "api.wait", "20", KEY, key};
    SdkProbe.failBefore(request -> request instanceof SendCommandRequest
        ? Optional.of(SdkClientException.create("unreachable"))
        : Optional.empty());
    assertThat(reason(root().post("suspendreseller", suspend))).contains("is suspended");
    assertThat(support.letsVendorIn()).isTrue();
    SdkProbe.reset();

    assertThat(root().post("suspendreseller", suspend).at("/metadata/result").asInt())
        .isOne();
    assertThat(support.letsVendorIn()).isFalse();
    root().data("unsuspendreseller", "user", user);
    support.grant();
    assertThat(reason(root().post("suspendreseller", suspend))).contains("it is not done again");
    assertThat(support.letsVendorIn()).isTrue();
    support.client().data("version");
  }

  /** One server got it, and the other one's transaction failed. */
  @Test
  void aRepeatGoesOnWithTheServersThatTheFirstCallHadNotComeTo() {
    var owner = fleet.owner();
    var one = fleet.server(owner);
    var other = fleet.server(owner);
    var client = WhmClient.of(owner);
    var fingerprint = PublicKey.parse(Keys.ed25519()).fingerprint();
    String[] revoke = {
      "fingerprint",
      fingerprint,
      "api.server",
      one.name() + "," + other.name(),
      "api.wait",
      "20",
      KEY,
      key
    };
    SdkProbe.failBefore(request -> isAbout(request, other)
        ? Optional.of(ApiCallTimeoutException.create(1))
        : Optional.empty());
    var first = client.post("fleet_key_revoke", revoke);
    SdkProbe.reset();
    assertThat(first.at("/metadata/result").asInt()).isZero();
    assertThat(List.of(generation(one), generation(other))).containsExactly(1L, 0L);

    var again = client.post("fleet_key_revoke", revoke);
    assertThat(again.at("/metadata/result").asInt()).as(again.toString()).isOne();
    assertThat(again.at("/metadata/repeated").asText()).isNotEmpty();
    assertThat(List.of(generation(one), generation(other))).containsExactly(1L, 1L);

    client.data("fleet_key_allow", "fingerprint", fingerprint, "api.server", one.name());
    var late = client.post("fleet_key_revoke", revoke);
    assertThat(late.at("/data/servers/0/reason").asText()).contains("undone");
    assertThat(late.at("/data/servers/1/result").asInt()).isOne();
    assertThat(generation(one)).isEqualTo(2);
  }

  /** The second step is the first one's to finish: a call that died between them left it. */
  @Test
  void aRepeatOfARevokeEndsWhatTheTokensGranted() {
    var support = fleet.supportCase();
    var client = support.client();
    var token =
        client.data("api_token_create", "token_name", "giver").path("token").asText();
    by(client, token, support).grant();
    String[] revoke = {"token_name", "giver", "api.end_grants", "1", "api.wait", "20", KEY, key};
    var sent = new AtomicInteger();
    SdkProbe.failBefore(
        request -> request instanceof TransactWriteItemsRequest && sent.getAndIncrement() > 0
            ? Optional.of(ApiCallTimeoutException.create(1))
            : Optional.empty());
    assertThat(client.post("api_token_revoke", revoke).at("/metadata/result").asInt())
        .isZero();
    SdkProbe.reset();
    assertThat(support.letsVendorIn()).isTrue();

    var again = client.data("api_token_revoke", revoke);
    assertThat(again.path("revoked_keys").asInt()).isOne();
    assertThat(support.letsVendorIn()).isFalse();
  }

  /** The old value of a rotated token had leaked; the token itself is valid, and goes on granting. */
  @Test
  void aRepeatOfARevokeLeavesWhatWasGrantedSince() {
    var owner = fleet.owner();
    var leaked = fleet.supportCase(owner, fleet.server(owner));
    var since = fleet.supportCase(owner, fleet.server(owner));
    var client = leaked.client();
    var old =
        client.data("api_token_create", "token_name", "giver").path("token").asText();
    by(client, old, leaked).grant();
    var rotated = client.data("api_token_rotate", "token_name", "giver");
    var name = rotated.path("rotated_name").asText();
    String[] revoke = {"token_name", name, "api.end_grants", "1", "api.wait", "20", KEY, key};
    var sent = new AtomicInteger();
    SdkProbe.failBefore(
        request -> request instanceof TransactWriteItemsRequest && sent.getAndIncrement() > 0
            ? Optional.of(ApiCallTimeoutException.create(1))
            : Optional.empty());
    assertThat(client.post("api_token_revoke", revoke).at("/metadata/result").asInt())
        .isZero();
    SdkProbe.reset();
    try (var clock = TestClock.runningFrom(Instant.now().plusSeconds(5))) {
      by(client, rotated.path("token").asText(), since).grant();

      var again = client.data("api_token_revoke", revoke);

      assertThat(again.path("revoked_keys").asInt()).isOne();
      assertThat(leaked.letsVendorIn()).isFalse();
      assertThat(since.letsVendorIn()).isTrue();
      assertThat(client.data("api_token_revoke", revoke).path("ended_grants").asInt())
          .isZero();
      assertThat(since.letsVendorIn()).isTrue();
    }
  }

  private static SupportCase by(WhmClient client, String token, SupportCase support) {
    return new SupportCase(
        new WhmClient(client.authorization().replaceAll(":.*", ":" + token)),
        support.server(),
        support.key(),
        support.ticket(),
        support.secureId());
  }

  private static boolean isAbout(Object request, FolderServer server) {
    return request instanceof TransactWriteItemsRequest transaction
        && transaction.toString().contains("S#" + server.name());
  }

  private static String reason(JsonNode answer) {
    assertThat(answer.at("/metadata/result").asInt()).isZero();
    return answer.at("/metadata/reason").asText();
  }

  private long generation(FolderServer server) {
    return store
        .get(new Key("S#" + server.name(), "SERVER"))
        .await()
        .indefinitely()
        .flatMap(item -> item.findNumber("generation"))
        .orElse(0L);
  }

  private List<Item> grants(FolderServer server) {
    return store.query(Query.of("S#" + server.name(), "G#")).await().indefinitely();
  }
}
