package dev.latchkey.reseller;

import static dev.latchkey.access.Privilege.ALL;
import static dev.latchkey.access.Privilege.CREATE_ACCT;
import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class SetaclsTest extends WhmTest {
  private Account bob;

  @BeforeEach
  void aReseller() {
    bob = accounts.reseller(LIST_ACCTS, MANAGE_API_TOKENS);
  }

  private List<String> set(String... arguments) {
    return acl(root().data("setacls", with(arguments)));
  }

  private String refusal(String... arguments) {
    var refusal = root().failure("setacls", with(arguments));
    assertThat(privileges())
        .as("they are what they were")
        .containsExactly("manage-api-tokens", "list-accts");
    return refusal;
  }

  private String[] with(String... arguments) {
    var all = new String[arguments.length + 2];
    all[0] = "reseller";
    all[1] = bob.user();
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return all;
  }

  private static List<String> acl(JsonNode data) {
    return StreamSupport.stream(data.path("acl").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  /** What is given already changes nothing, and so the answer tells what there is. */
  private List<String> privileges() {
    return acl(root().data("setacls", with("acl-list-accts", "1")));
  }

  @Test
  void whatIsNamedIsGivenAndTheRestStays() {
    assertThat(set("acl-create-acct", "1"))
        .containsExactly("manage-api-tokens", "list-accts", "create-acct");
  }

  @Test
  void anEmptyValueTakesAway() {
    assertThat(set("acl-list-accts", "")).containsExactly("manage-api-tokens");
  }

  @Test
  void theResellersNextCallMeetsIt() {
    var client = WhmClient.of(bob);
    client.data("api_token_list");

    set("acl-manage-api-tokens", "");

    assertThat(client.failure("api_token_list")).contains("manage-api-tokens");
  }

  /** The session's token is root's, which has lost nothing. */
  @Test
  void aSessionThatRootOpenedAsHimMeetsItToo() {
    var session = Browser.asUser(root(), bob.user());
    session.data("api_token_list");

    set("acl-manage-api-tokens", "");

    assertThat(WhmClient.reasonOfFailure(WhmClient.json(session.call("api_token_list"))))
        .startsWith("Permission denied");
  }

  @Test
  void aTokenThatWasMadeBeforeDoesNotGrow() {
    var client = WhmClient.of(bob);

    set("acl-support-access", "1");

    assertThat(client.failure("ticket_list")).contains("requires the privilege “support-access”");
  }

  @Test
  void userIsAnotherNameOfReseller() {
    assertThat(acl(root().data("setacls", "user", bob.user(), "acl-create-acct", "1")))
        .contains("create-acct");
    assertThat(root().failure("setacls", with("user", "another", "acl-create-acct", "1")))
        .contains("user: is another name of “reseller”");
  }

  /** Billing panels send it for each new customer (FOSSBilling, issue 4173). */
  @Test
  void aCallThatNamesNothingTakesNothingAway() {
    assertThat(refusal()).contains("acllist: is missing, and so is “acl-NAME”");
    assertThat(refusal("acllist", "")).contains("acllist: is empty");
    assertThat(refusal("acl-list-accts", "", "acl-manage-api-tokens", ""))
        .contains("would have no privilege any more");
  }

  /** WHM would give the privilege: to it any value is one. */
  @Test
  void zeroIsRefused() {
    assertThat(refusal("acl-create-acct", "0"))
        .contains(
            "acl-create-acct: “0” is not 1; 1 gives the privilege, and an empty value takes it away");
  }

  @ParameterizedTest
  @CsvSource({
    "acl-ns-config, acl-nameserver-config",
    "acl-allow-shell, acl-disallow-shell",
    "acl-upgrade-acct, acl-upgrade-account",
    "acl-Create-Acct, acl-create-acct",
    "acl_create_acct, acl-create-acct",
    "acls, acl-ssl",
    "acl[create-acct], acl-create-acct",
  })
  void aNameThatIsNotReadIsRefusedAndTheRightOneSaid(String given, String right) {
    assertThat(refusal("acl-kill-acct", "1", given, "1")).contains("did you mean “" + right);
  }

  @Test
  void twoHaveNamesOfTheirOwnHere() {
    assertThat(set("acl-nameserver-config", "1", "acl-disallow-shell", "1"))
        .contains("ns-config", "allow-shell");
  }

  @Test
  void aSavedListTakesThePlaceOfAll() {
    var list = Customer.name();
    root().data("saveacllist", "acllist", list, "acl-create-acct", "1");

    assertThat(refusal("acllist", list, "acl-kill-acct", "1"))
        .contains("cannot be combined with “acl-NAME”");
    assertThat(set("acllist", list)).containsExactly("create-acct");
    assertThat(root().failure("setacls", with("acllist", "unknown-one")))
        .contains("acllist: there is no list “unknown-one”");
  }

  @Test
  void aListThatIsEmptyTakesNothingAway() {
    var list = Customer.name();
    root().data("saveacllist", "acllist", list, "acl-create-acct", "0");

    assertThat(refusal("acllist", list)).contains("would have no privilege any more");
  }

  @Test
  void allAloneStandsForEverything() {
    assertThat(set("acl-all", "1", "acl-create-acct", "1")).containsExactly("all");
    assertThat(root().failure("setacls", with("acl-create-acct", "")))
        .contains("has “all”, which grants “create-acct” as well");
    assertThat(set("acl-all", "", "acl-create-acct", "1")).containsExactly("create-acct");
  }

  @Test
  void nobodyDoesItToHimself() {
    var all = accounts.reseller(ALL);

    assertThat(WhmClient.of(all).failure("setacls", "reseller", all.user(), "acl-all", ""))
        .contains("is you; root can do that to you");
    assertThat(WhmClient.of(all).failure("suspendreseller", "user", all.user())).contains("is you");
  }

  @Test
  void anUnknownReseller() {
    assertThat(root().failure("setacls", "reseller", "nobody", "acl-all", "1"))
        .contains("reseller: there is no reseller named “nobody”");
    assertThat(root().failure("setacls", "acl-all", "1")).contains("reseller: is missing");
  }

  @Test
  void itNeedsAll() {
    assertThat(WhmClient.of(accounts.reseller(MANAGE_API_TOKENS, CREATE_ACCT))
            .failure("setacls", with("acl-all", "1")))
        .contains("requires the privilege “all”");
  }
}
