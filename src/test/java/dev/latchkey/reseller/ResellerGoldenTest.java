package dev.latchkey.reseller;

import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;

import dev.latchkey.testing.Account;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the functions about resellers answer, in JSON and XML. */
@QuarkusTest
@WayIn
class ResellerGoldenTest extends WhmTest {
  private static final String LIST = "golden";

  private Account bob;

  @BeforeEach
  void aReseller() {
    bob = accounts.reseller(LIST_ACCTS, MANAGE_API_TOKENS);
  }

  @Test
  void makingAndListing() {
    assertGoldens("setupreseller", "user", Customer.name());
    assertGoldens("listresellers", "api.chunk.enable", "1", "api.chunk.size", "1");
  }

  @Test
  void privileges() {
    assertGoldens("setacls", "reseller", bob.user(), "acl-create-acct", "1");
    assertGoldens("saveacllist", "acllist", LIST, "acl-create-acct", "1");
    assertGoldens(
        "listacls",
        "api.filter.enable",
        "1",
        "api.filter.a.field",
        "name",
        "api.filter.a.type",
        "eq",
        "api.filter.a.arg0",
        LIST);
  }

  @Test
  void suspending() {
    assertGoldens("suspendreseller", "user", bob.user(), "reason", "Nonpayment");
    assertGoldens("unsuspendreseller", "user", bob.user());
  }

  @Test
  void limitsAndCounts() {
    assertGoldens("setresellerlimits", "user", bob.user(), "api.quota", "5000");
    assertGoldens("acctcounts", "user", bob.user());
  }

  /** Each in one form: what is gone is not removed again. */
  @Test
  void removing() {
    String[] one = {"user", bob.user()};
    Golden.assertJson("unsetupreseller.json", root().post("unsetupreseller", one));
    root().data("setupreseller", one);
    Golden.assertXml("unsetupreseller.xml", xml("unsetupreseller", one));
    root().data("setupreseller", one);
    Golden.assertJson(
        "terminatereseller.json",
        root().post("terminatereseller", "user", bob.user(), "terminatereseller", "1"));
    var another = accounts.reseller().user();
    Golden.assertXml(
        "terminatereseller.xml",
        xml("terminatereseller", "user", another, "terminatereseller", "1"));
  }

  private String xml(String function, String... arguments) {
    return root()
        .raw()
        .get("/xml-api/" + function + "?api.version=1&" + WhmClient.form(arguments))
        .asString();
  }

  private void assertGoldens(String function, String... arguments) {
    Golden.assertJson(function + ".json", root().post(function, arguments));
    Golden.assertXml(function + ".xml", xml(function, arguments));
  }
}
