package dev.latchkey.reseller;

import static dev.latchkey.access.Privilege.ALL;
import static dev.latchkey.access.Privilege.CREATE_USER_SESSION;
import static dev.latchkey.access.Privilege.FLEET_READ;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static dev.latchkey.access.Privilege.SSH_KEYS;
import static dev.latchkey.access.Privilege.SUPPORT_ACCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.TokenValue;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Functions;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two customers: whatever one names that is the other's, each function answers as if it did not exist, with the same words
 * as for what does not.
 */
@QuarkusTest
@DrivesAgent
class OthersThingsTest extends WhmTest {
  private static final String KEY = Keys.ed25519();

  /** What names something; words in braces stand for it. */
  private static final List<String> CALLS = List.of(
      "acctcounts user={user}",
      "api_token_advise token_name={token_name}",
      "api_token_get_details token={token}",
      "api_token_revoke token_name={token_name}",
      "api_token_rotate token_name={token_name}",
      "api_token_update token_name={token_name} new_name=other",
      "audit_export ticket_id={ticket}",
      "audit_list next={audit}",
      "audit_verify user={user}",
      "authorizesshkey text={key} authorize=1 api.server={server}",
      "check_remote_ssh_connection host={server} api.server={server}",
      "create_user_session service=whostmgrd user={user}",
      "deletesshkey file=a.pub api.server={server}",
      "fleet_drift api.server={server}",
      "fleet_drift_acknowledge all=1 reason=known api.server={server}",
      "fleet_key_allow fingerprint={fingerprint} api.server={server}",
      "fleet_key_list api.server={server}",
      "fleet_key_list fingerprint={fingerprint}",
      "fleet_key_revoke fingerprint={fingerprint} api.server={server}",
      "fleet_key_revoke fingerprint={fingerprint} api.server=* api.cursor={user}#{server}",
      "fleet_key_scan api.server={server}",
      "fleet_server_check api.server={server}",
      "generatesshkeypair name=b algorithm=ed25519 api.server={server}",
      "importsshkey name=a key={key} api.server={server}",
      "listsshkeys api.server={server}",
      "ticket_close ticket_id={ticket}",
      "ticket_create_stub_ticket api.server={server}",
      "ticket_grant ticket_id={ticket} secure_id={secure_id} server_num=1",
      "ticket_hold_end ticket_id={ticket} server_num=1 ssh_username=root let=0",
      "ticket_key_set ticket_id={ticket} ssh_username=root",
      "ticket_list ticket_id={ticket}",
      "ticket_receipt ticket_id={ticket}",
      "ticket_revoke ticket_id={ticket} server_num=1 ssh_username=root",
      "ticket_server_add ticket_id={ticket}",
      "ticket_ssh_test ticket_id={ticket} server_num=1",
      "ticket_ssh_test_start ticket_id={ticket} server_num=1",
      "ticket_whitelist_check api.server={server}",
      "ticket_whitelist_setup api.server={server}",
      "ticket_whitelist_unsetup api.server={server}",
      "usage_report user={user}");

  /** What names nothing of anybody's; what they answer has nothing of another's. */
  private static final Set<String> NAME_NOTHING = Set.of(
      "accesshash",
      "api_token_create",
      "api_token_list",
      "applist",
      "batch",
      "convertopensshtoputty",
      "fleet_server_list",
      "gethostname",
      "myprivs",
      "support_agreement_set",
      "ticket_get_support_agreement",
      "ticket_get_support_info",
      "ticket_remove_closed",
      "ticket_update_service_agreement_approval",
      "ticket_validate_oauth2_code",
      "vendor_profile_get",
      "vendor_profile_set",
      "version");

  @Inject
  Functions functions;

  @Inject
  Fleet fleet;

  private WhmClient bob;
  private Map<String, String> alices;
  private Map<String, String> nobodys;

  @BeforeEach
  void twoCustomers() {
    var alice = customer();
    var support = fleet.supportCase(alice, fleet.server(alice));
    support.grant();
    alices = things(alice, support);
    var other = customer();
    fleet.supportCase(other, fleet.server(other));
    fleet.server(other);
    bob = WhmClient.of(other);
    nobodys = Map.of(
        "user",
        Customer.name(),
        "server",
        "s" + Customer.name(),
        "ticket",
        "100000001",
        "secure_id",
        support.secureId(),
        "token_name",
        "nobodys",
        "token",
        TokenValue.generate(new SecureRandom()).reveal(),
        "audit",
        alices.get("audit").replaceAll("#.*", "#" + Customer.name()),
        "key",
        KEY,
        "fingerprint",
        "SHA256:" + "A".repeat(43));
  }

  private Account customer() {
    return accounts.reseller(
        SUPPORT_ACCESS, SSH_KEYS, FLEET_READ, MANAGE_API_TOKENS, CREATE_USER_SESSION);
  }

  private static Map<String, String> things(Account alice, SupportCase support) {
    var client = WhmClient.of(alice);
    client.data("api_token_create", "token_name", "alices");
    return Map.of(
        "user", alice.user(),
        "server", support.server().name(),
        "ticket", support.ticket(),
        "secure_id", support.secureId(),
        "token_name", "alices",
        "token", alice.token().reveal(),
        "audit", client.data("audit_list", "limit", "1").path("next").asText(),
        "key", KEY,
        "fingerprint", PublicKey.parse(support.key()).fingerprint());
  }

  @Test
  void theyAreAsIfTheyDidNotExist() {
    var softly = new SoftAssertions();
    for (var call : CALLS) {
      softly.assertThat(functions.find(call.split(" ")[0])).as(call).isPresent();
      softly.assertThat(answer(call, alices)).as(call).isEqualTo(answer(call, nobodys));
    }
    softly.assertAll();
  }

  /** Without what was named, the id of a failure, and the time. */
  private String answer(String call, Map<String, String> things) {
    var words = call.split(" ");
    var arguments = Stream.concat(
            Arrays.stream(words)
                .skip(1)
                .flatMap(word -> Stream.of(
                    word.substring(0, word.indexOf('=')),
                    filled(word.substring(word.indexOf('=') + 1), things))),
            waits(words[0]) ? Stream.of("api.wait", "0") : Stream.of())
        .toArray(String[]::new);
    var answer = bob.post(words[0], arguments).toString();
    for (var thing : new TreeMap<>(things).descendingMap().entrySet()) {
      answer = answer.replace(thing.getValue(), "{" + thing.getKey() + "}");
    }
    return answer.replaceAll("XID [a-z0-9]+", "XID").replaceAll("[0-9]{10}", "TIME");
  }

  private boolean waits(String function) {
    return functions.find(function).orElseThrow().declaration().parameters().stream()
        .anyMatch(parameter -> parameter.name().equals("api.wait"));
  }

  private static String filled(String value, Map<String, String> things) {
    var filled = value;
    for (var thing : things.entrySet()) {
      filled = filled.replace("{" + thing.getKey() + "}", thing.getValue());
    }
    return filled;
  }

  @Test
  void noListHasAnythingOfThem() {
    var softly = new SoftAssertions();
    for (var list : List.of(
        "api_token_list",
        "audit_list",
        "fleet_drift",
        "fleet_key_list",
        "fleet_server_list",
        "ticket_get_support_info",
        "ticket_list",
        "ticket_receipt",
        "vendor_profile_get")) {
      var answer = bob.post(list).toString();
      for (var thing : List.of("user", "server", "ticket", "token_name", "fingerprint")) {
        softly.assertThat(answer).as(list + " and " + thing).doesNotContain(alices.get(thing));
      }
    }
    softly.assertAll();
  }

  @Test
  void theOtherFunctionsAreForAllAlone() {
    var named = Stream.concat(CALLS.stream().map(call -> call.split(" ")[0]), NAME_NOTHING.stream())
        .toList();
    var others = functions.declarations().stream()
        .filter(function -> !named.contains(function.name()))
        .toList();

    assertThat(others)
        .as("functions of which this test does not know what they name: add a line to CALLS")
        .extracting(Declaration::privilege)
        .containsOnly(Optional.of(ALL));
    assertThat(others)
        .allSatisfy(function -> assertThat(bob.failure(function.name()))
            .contains("Permission denied: " + function.name() + " requires the privilege “all”"));
  }
}
