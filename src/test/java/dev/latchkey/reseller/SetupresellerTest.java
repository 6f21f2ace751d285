package dev.latchkey.reseller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class SetupresellerTest extends WhmTest {
  @Test
  void aNewResellerHasWhmsInitialPrivilegesAndNoneOfOurs() {
    var name = Customer.name();

    root().data("setupreseller", "user", name, "makeowner", "1");

    var client = WhmClient.of(new Account(name, accounts.token(name, "t", Customer.UNLIMITED)));
    var held = client.data("myprivs").path("privileges").get(0);
    for (var privilege : Privilege.values()) {
      assertThat(held.path(privilege.acl()).asInt())
          .as(privilege.acl())
          .isEqualTo(Privileges.INITIAL.grants(privilege) ? 1 : 0);
    }
    assertThat(Privileges.INITIAL.acls()).hasSize(20);
  }

  @Test
  void oneThatThereIsStaysAsItIs() {
    var name = Customer.name();
    root().data("setupreseller", "user", name);
    root().data("setacls", "reseller", name, "acl-support-access", "1");

    root().data("setupreseller", "user", name);

    assertThat(
            root().data("setacls", "reseller", name, "acl-support-access", "1").toString())
        .contains("support-access", "list-pkgs");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bob", "bob-1", "1bob", "bob.smith", "abcdefghijklmnopq", "bob#x", "bób"})
  void aNameThatWhmWouldNotHave(String name) {
    assertThat(root().failure("setupreseller", "user", name))
        .contains("user: “" + name + "” is not a valid user name");
  }

  @Test
  void rootIsNoReseller() {
    for (var function : new String[] {"setupreseller", "unsuspendreseller", "suspendreseller"}) {
      assertThat(root().failure(function, "user", "root"))
          .contains("user: “root” is not a reseller");
    }
    assertThat(root().failure("setacls", "reseller", "root", "acl-all", "1"))
        .contains("“root” is not a reseller");
  }

  @Test
  void onlyWhoHoldsAllMakesOne() {
    assertThat(
            reseller(Privilege.MANAGE_API_TOKENS).failure("setupreseller", "user", Customer.name()))
        .contains("requires the privilege “all”");
  }

  @Test
  void itsAuditBeginsWithIt() {
    var name = Customer.name();
    root().data("setupreseller", "user", name);

    var client = WhmClient.of(new Account(name, accounts.token(name, "t", Customer.UNLIMITED)));

    assertThat(client.data("audit_list").at("/entries/0/change").asText())
        .isEqualTo("by root: set up as a reseller");
  }
}
