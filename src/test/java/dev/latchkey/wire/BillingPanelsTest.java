package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.RecordedRequest;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What two billing panels make of the answers to their recorded requests. Each reads only a few keys of an answer; their
 * real code was run against this server once, and did the same ({@code docs/testing.md}).
 */
@QuarkusTest
@InProcess
@WayIn
class BillingPanelsTest extends WhmTest {
  private static final String FOSSBILLING = "fossbilling";
  private static final String PAYMENTER = "paymenter";

  private Account root;
  private Account customer;

  @BeforeEach
  void aCustomer() {
    root = accounts.root();
    customer = accounts.reseller();
  }

  @Test
  void fossBillingsConnectionTestIsContentWithTheVersion() {
    var answer = fossBilling("connection test: version");

    assertThat(answer.fieldNames()).toIterable().containsExactly("version");
    assertThat(FossBilling.throwsFor(answer)).isFalse();
  }

  @Test
  void fossBillingsPasswordIsReadThoughItIsNotEncoded() {
    assertThat(FossBilling.throwsFor(
            fossBilling("connection test with a password, which is not encoded: version")))
        .isFalse();
  }

  /** It has only the status to go by: any 200 would do. */
  @Test
  void paymentersTestOfItsConfigurationIsContentWithAnyCredentialThatHolds() {
    var request = RecordedRequest.of(PAYMENTER, "test config: listaccts");

    assertThat(request.sentBy(root).status()).isEqualTo(200);
  }

  @Test
  void bothSeeByTheStatusThatACredentialDoesNotHold() {
    for (var client : List.of(FOSSBILLING, PAYMENTER)) {
      for (var request : RecordedRequest.of(client)) {
        var answer = request.with("root:", customer.user() + ":").sentBy(root);
        assertThat(answer.status()).as(request.what()).isEqualTo(403);
        assertThat(answer.json().at("/cpanelresult/error").asText()).isEqualTo("Access denied");
      }
    }
  }

  /** There are no cPanel accounts here: a panel must not take one for made, suspended or removed. */
  @Test
  void fossBillingThrowsAtWhatIsAboutAccounts() {
    for (var step : List.of(
        "create reseller: listpkgs",
        "create reseller: addpkg",
        "create reseller: createacct",
        "suspend: suspendacct",
        "unsuspend: unsuspendacct",
        "synchronize: accountsummary",
        "change package: changepackage",
        "change password: passwd",
        "change username: modifyacct",
        "change domain: modifyacct",
        "change IP: setsiteip",
        "cancel: removeacct")) {
      assertThat(FossBilling.throwsFor(fossBilling(step))).as(step).isTrue();
    }
  }

  @Test
  void paymenterDoesNothingAboutAccounts() {
    for (var step : List.of(
        "create: createacct",
        "suspend: suspendacct",
        "unsuspend: unsuspendacct",
        "upgrade: modifyacct",
        "terminate: removeacct")) {
      var answer = paymenter(step);
      assertThat(answer.at("/metadata/result").isInt()).as(step).isTrue();
      assertThat(answer.at("/metadata/result").asInt()).as(step).isZero();
    }
    assertThat(paymenter("product config: listpkgs").has("package")).isFalse();
  }

  /** It asks for version 2 of the API, takes the address as it is, and sends the reseller there. */
  @Test
  void fossBillingsLinkOpensASessionOfTheReseller() {
    var link =
        fossBilling("reseller login url: create_user_session").at("/data/url").asText();

    var session = Browser.byLink(link);
    assertThat(session.data("myprivs").at("/privileges/0/all").asInt()).isZero();
    assertThat(session.call("listresellers").asString()).contains("Permission denied");
  }

  /** There is nothing of cPanel here: it sends the user to the host's name, and logs why. */
  @Test
  void fossBillingGetsNoAddressOfASessionOfCpanel() {
    var answer = fossBilling("cPanel login url: create_user_session");

    assertThat(answer.has("data")).isFalse();
    assertThat(answer.at("/metadata/reason").asText()).contains("cpaneld");
  }

  /** Without api.version; up to 0.8.5 it would have taken every privilege away by an empty list. */
  @Test
  void fossBillingSetsUpAReseller() {
    customer = new Account("fb" + Long.toString(System.nanoTime(), 36), root.token());
    root().data("saveacllist", "acllist", "reseller_basic", "acl-list-accts", "1");

    var setUp = fossBilling("create reseller: setupreseller");
    assertThat(setUp.toString()).isEqualTo("{\"result\":[{\"status\":1,\"statusmsg\":\"OK\"}]}");
    assertThat(root().data("listresellers").path("reseller").toString()).contains(customer.user());

    var given = fossBilling("create reseller: setacls");
    assertThat(FossBilling.throwsFor(given)).isFalse();
    assertThat(given.at("/result/0/acls").toString()).isEqualTo("[\"list-accts\"]");

    assertThat(FossBilling.throwsFor(
            fossBilling("create reseller, up to 0.8.5 with an empty list: setacls")))
        .isTrue();
    assertThat(root()
            .data("setacls", "reseller", customer.user(), "acl-quota", "1")
            .path("acl"))
        .hasSize(2);
  }

  @Test
  void aDryRunInApiZeroDoesNotSayThatItIsDone() {
    var answer = root()
        .raw()
        .contentType("application/x-www-form-urlencoded")
        .body("user=fbdry&api.dry_run=1")
        .post("/json-api/setupreseller");

    assertThat(WhmClient.json(answer).fieldNames())
        .toIterable()
        .contains("dry_run")
        .doesNotContain("result");
  }

  /** It asks for a session of cPanel, and throws where there is no address. */
  @Test
  void paymenterGetsNoAddressOfASession() {
    assertThat(paymenter("login url: create_user_session").at("/data/url").isMissingNode())
        .isTrue();
  }

  /** Panels send them to functions that we do not have, too. */
  @Test
  void thePasswordsOfAccountsAreNotLogged() {
    try (var log = LogLines.capture()) {
      fossBilling("create reseller: createacct");
      fossBilling("change password: passwd");

      assertThat(log.about("createacct")).isNotEmpty();
      assertThat(log.all()).noneMatch(line -> line.contains("s3cr-et") || line.contains("n3w-pa"));
    }
  }

  private JsonNode fossBilling(String step) {
    return send(FOSSBILLING, step);
  }

  private JsonNode paymenter(String step) {
    return send(PAYMENTER, step);
  }

  private JsonNode send(String client, String step) {
    var answer =
        RecordedRequest.of(client, step).with("RESELLER", customer.user()).sentBy(root);
    assertThat(answer.status()).as(step).isEqualTo(200);
    return answer.json();
  }

  /** As FOSSBilling judges an answer, in this order. */
  private static final class FossBilling {
    static boolean throwsFor(JsonNode answer) {
      return answer.at("/cpanelresult").has("error")
          || answer.at("/data/result").asText().equals("0")
          || answer.at("/result").isArray() && answer.at("/result/0/status").asInt() == 0
          || answer.has("status") && !answer.path("status").asText().equals("1");
    }
  }
}
