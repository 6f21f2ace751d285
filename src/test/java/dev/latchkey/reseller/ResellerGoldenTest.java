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

  private void assertGoldens(String function, String... arguments) {
    Golden.assertJson(function + ".json", root().post(function, arguments));
    Golden.assertXml(
        function + ".xml",
        root()
            .raw()
            .get("/xml-api/" + function + "?api.version=1&" + WhmClient.form(arguments))
            .asString());
  }
}
