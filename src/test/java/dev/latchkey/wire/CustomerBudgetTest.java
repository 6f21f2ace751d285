package dev.latchkey.wire;

import static dev.latchkey.testing.Budget.assertRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Privilege;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What resellers, sessions and bills ask of DynamoDB, beside {@link BudgetTest}. */
@QuarkusTest
@InProcess
class CustomerBudgetTest extends WhmTest {
  /** What is changed is read once, and written once with its audit entry. */
  private static final String CHANGE = "GetItem 2, TransactWriteItems 1, UpdateItem 1";

  @Test
  void resellers() {
    var root = root();
    var names = new ArrayList<String>();
    for (var i = 0; i < 4; i++) {
      names.add(Customer.name());
    }
    root.data("setupreseller", of(Customer.name())); // the first one counts how many there are
    assertRequests("setupreseller", root, CHANGE, 3, "setupreseller", i -> of(names.get(i)));
    var name = names.get(0);
    assertRequests("setacls", root, CHANGE, 3, "setacls", i ->
        new String[] {"reseller", name, "acl-kill-acct", i % 2 == 0 ? "1" : ""});
    assertRequests(
        "acctcounts", root, "GetItem 2, Query 1, UpdateItem 1", 3, "acctcounts", "user", name);
    assertRequests(
        "suspendreseller", root, CHANGE, 3, "suspendreseller", "user", name, "reseller-only", "1");
    assertRequests("unsuspendreseller", root, CHANGE, "unsuspendreseller", "user", name);
    assertRequests(
        "unsetupreseller",
        root,
        "GetItem 5, Query 6, TransactWriteItems 2, UpdateItem 1",
        "unsetupreseller",
        "user",
        name);
  }

  @Test
  void sessionsAndBills() {
    var account = accounts.reseller(Privilege.CREATE_USER_SESSION, Privilege.MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    String[] asItself = {"user", account.user(), "service", "whostmgrd"};
    client.data("create_user_session", asItself); // the first one counts how many there are
    assertRequests("create_user_session", client, CHANGE, 3, "create_user_session", asItself);
    assertRequests(
        "usage_report", client, "BatchGetItem 2, GetItem 2, Query 1, UpdateItem 1", "usage_report");
    assertRequests(
        "usage_report by token",
        client,
        "BatchGetItem 3, GetItem 2, Query 2, UpdateItem 1",
        "usage_report",
        "group",
        "token");
    var session = Browser.of(account);
    SdkProbe.reset();
    session.data("version");
    assertThat(SdkProbe.requests())
        .as("a call by a session")
        .containsExactlyInAnyOrderElementsOf(List.of("GetItem", "GetItem", "UpdateItem"));
  }

  private static String[] of(String user) {
    return new String[] {"user", user};
  }
}
