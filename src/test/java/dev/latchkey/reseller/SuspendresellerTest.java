package dev.latchkey.reseller;

import static dev.latchkey.access.Privilege.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Account;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.usage.Upkeep;
import io.quarkus.arc.All;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;

@QuarkusTest
@DrivesAgent
@InProcess
class SuspendresellerTest extends WhmTest {
  private static final String WAIT = "20";

  @Inject
  Fleet fleet;

  @Inject
  @All
  List<Upkeep> upkeep;

  private Account bob;

  @BeforeEach
  void aReseller() {
    bob = fleet.owner();
  }

  private void assertRefused(Account account) {
    WhmClient.of(account).raw().get("/json-api/version?api.version=1").then().statusCode(403);
  }

  @Test
  void everyCredentialIsRefusedFromTheNextCallOn() {
    var second = bob.with(accounts.token(bob.user(), "second", Customer.UNLIMITED));
    WhmClient.of(second).data("version");

    var answer = root().post("suspendreseller", "user", bob.user(), "reason", "Nonpayment");

    assertThat(answer.at("/metadata/output/raw").asText())
        .isEqualTo("“" + bob.user() + "” is suspended: none of its tokens is admitted.");
    assertRefused(bob);
    assertRefused(second);
  }

  /** It lives by root's token, which nobody suspends. */
  @Test
  void whatRootOpenedAsHimIsRefusedToo() {
    var session = Browser.asUser(root(), bob.user());
    session.data("version");
    var link = root()
        .data("create_user_session", "user", bob.user(), "service", "whostmgrd")
        .path("url")
        .asText();

    root().data("suspendreseller", "user", bob.user());

    assertThat(session.status()).isEqualTo(403);
    assertThat(Browser.plain().get(Browser.path(link)).statusCode()).isEqualTo(401);
  }

  @Test
  void unsuspendedTheyAreAdmittedAgain() {
    root().data("suspendreseller", "user", bob.user(), "reason", "Nonpayment");

    root().data("unsuspendreseller", "user", bob.user());

    assertThat(WhmClient.of(bob).data("audit_list").path("entries"))
        .extracting(entry -> entry.path("change").asText())
        .containsExactly(
            "by root: no longer suspended as a reseller", "by root: suspended: Nonpayment");
  }

  @Test
  void theAccessOfHisVendorsEndsWithProof() {
    var support = fleet.supportCase(bob, fleet.server(bob));
    support.grant();
    assertThat(support.letsVendorIn()).isTrue();

    var answer = root().post("suspendreseller", "user", bob.user(), "api.wait", WAIT);

    assertThat(answer.at("/metadata/result").asInt()).isOne();
    assertThat(answer.at("/metadata/output/raw").asText())
        .contains("Access of ticket " + support.ticket() + " to "
            + support.server().name() + " as root is gone.");
    assertThat(support.letsVendorIn()).isFalse();
  }

  @Test
  void resellerOnlyLeavesIt() {
    var support = fleet.supportCase(bob, fleet.server(bob));
    support.grant();

    root().data("suspendreseller", "user", bob.user(), "reseller-only", "1");
    upkeep.forEach(work -> work.run().await().atMost(Duration.ofMinutes(1)));

    assertRefused(bob);
    assertThat(wanted(support)).isTrue();
  }

  /** Who looks at the result alone must not believe that the vendor is out. */
  @Test
  void anAnswerThatDoesNotComeLeavesTheSuspensionAndSaysSo() {
    var support = fleet.supportCase(bob, fleet.server(bob));
    support.grant();
    SdkProbe.failBefore(request -> request instanceof SendCommandRequest
        ? Optional.of(SdkClientException.create("unreachable"))
        : Optional.empty());

    var answer = root().post("suspendreseller", "user", bob.user(), "api.wait", "0");

    assertThat(answer.at("/metadata/result").asInt()).isZero();
    assertThat(answer.at("/metadata/reason").asText())
        .contains(
            "is suspended",
            "Revoking ticket " + support.ticket(),
            "the order stands and is repeated");
    assertThat(answer.at("/metadata/output/raw").asText()).contains("Revoking ticket");
    assertRefused(bob);
    assertThat(wanted(support)).isFalse();
    SdkProbe.reset();
    assertThat(root()
            .post("suspendreseller", "user", bob.user(), "api.wait", WAIT)
            .at("/metadata/result")
            .asInt())
        .as("called again it says when it is proven")
        .isOne();
  }

  /** The call broke off after its first write. */
  @Test
  void theReconcilerEndsWhatTheCallDidNotComeTo() {
    var support = fleet.supportCase(bob, fleet.server(bob));
    support.grant();
    root().data("suspendreseller", "user", bob.user(), "reseller-only", "1");
    suspended.noteAll(bob.user());

    upkeep.forEach(work -> work.run().await().atMost(Duration.ofMinutes(1)));

    assertThat(wanted(support)).isFalse();
    assertThat(suspended.isNoted(bob.user())).isFalse();
  }

  /** What cannot be read of one is so at the next pass, too. */
  @Test
  void whatGoesWrongWithOneUserLeavesNobodyElsesAccessOpen() {
    var first = "aaa" + bob.user();
    var support = fleet.supportCase(bob, fleet.server(bob));
    support.grant();
    root().data("suspendreseller", "user", bob.user(), "reseller-only", "1");
    suspended.noteAll(first);
    suspended.noteAll(bob.user());
    SdkProbe.failBefore(
        request -> request instanceof QueryRequest && request.toString().contains(first + "#")
            ? Optional.of(SdkClientException.create("unreadable"))
            : Optional.empty());

    var failure = closing().run().onItemOrFailure().transform((done, failed) -> failed);

    assertThat(failure.await().indefinitely())
        .hasMessageContaining("the access of suspended users stands yet");
    assertThat(wanted(support)).isFalse();
    SdkProbe.reset();
    closing().run().await().indefinitely();
    assertThat(suspended.isNoted(first)).isFalse();
  }

  private Upkeep closing() {
    return upkeep.stream()
        .filter(work -> work.getClass().getSimpleName().startsWith("SuspendedUpkeep"))
        .findFirst()
        .orElseThrow();
  }

  /** He may be suspended. */
  @Test
  void aDamagedProfileLetsNobodyIn() {
    var profile = suspended.read("U#" + bob.user(), "PROFILE");
    suspended.put(profile.with("suspended", "true"));
    try {
      WhmClient.of(bob).raw().get("/json-api/version?api.version=1").then().statusCode(500);
    } finally {
      suspended.put(profile);
    }
  }

  /** What cannot be read keeps nothing else open, and is not taken for ended. */
  @Test
  void aDamagedGrantOrTicketKeepsNoOtherAccess() {
    for (var damage : List.of("grant", "ticket")) {
      bob = fleet.owner();
      var broken = fleet.supportCase(bob, fleet.server(bob));
      var other = fleet.supportCase(bob, fleet.server(bob));
      broken.grant();
      other.grant();
      root().data("suspendreseller", "user", bob.user(), "reseller-only", "1");
      suspended.noteAll(bob.user());
      var sound = damage.equals("grant")
          ? suspended.read("S#" + broken.server().name(), "G#" + broken.ticket() + "#root")
          : suspended.listed(bob.user(), broken.ticket());
      suspended.put(sound.with("created_at", "x").with("expires_at", "x"));
      try {
        upkeep.forEach(
            work -> work.run().onFailure().recoverWithNull().await().atMost(Duration.ofMinutes(1)));

        assertThat(wanted(other)).as(damage).isFalse();
        assertThat(suspended.isNoted(bob.user())).as(damage).isTrue();
      } finally {
        suspended.put(sound);
      }
      upkeep.forEach(work -> work.run().await().atMost(Duration.ofMinutes(1)));
      assertThat(wanted(broken)).as(damage).isFalse();
      assertThat(suspended.isNoted(bob.user())).as(damage).isFalse();
    }
  }

  /** It arrived a moment later than the suspension, and was done a moment earlier. */
  @Test
  void aGrantThatWasUnderWayEndsToo() {
    var support = fleet.supportCase(bob, fleet.server(bob));
    var root = root();
    support.grant();
    try (var earlier = TestClock.stoppedAt(Instant.now().getEpochSecond() - 5)) {
      root.post("suspendreseller", "user", bob.user(), "api.wait", "0");
    }

    assertThat(wanted(support)).isFalse();
  }

  /** The reconciler came to it late: meanwhile he was let in again. */
  @Test
  void whatHeGrantsOnceHeIsBackStays() {
    var support = fleet.supportCase(bob, fleet.server(bob));
    suspended.noteAll(bob.user(), Instant.now().minusSeconds(5));
    support.grant();

    upkeep.forEach(work -> work.run().await().atMost(Duration.ofMinutes(1)));

    assertThat(wanted(support)).isTrue();
    assertThat(suspended.isNoted(bob.user())).isFalse();
  }

  @Inject
  Noted suspended;

  private boolean wanted(SupportCase support) {
    var server = root().data("ticket_list", "ticket_id", support.ticket()).at("/auths/0/servers/0");
    return server.has("expires_at") && !server.has("ending");
  }

  @Test
  void whatRootForbidsOnlyRootEnds() {
    var other = WhmClient.of(accounts.reseller(ALL));
    root().data("suspendreseller", "user", bob.user(), "disallow", "1");
    other.data("suspendreseller", "user", bob.user(), "reason", "again");

    assertThat(other.failure("unsuspendreseller", "user", bob.user()))
        .contains("only root may end that");
    root().data("unsuspendreseller", "user", bob.user());
    WhmClient.of(bob).data("version");
  }

  @Test
  void anUnknownReseller() {
    assertThat(root().failure("suspendreseller", "user", "nobody"))
        .contains("user: there is no reseller named “nobody”");
  }
}
