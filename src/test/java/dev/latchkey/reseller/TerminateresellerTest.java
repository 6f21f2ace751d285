package dev.latchkey.reseller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Account;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TerminateresellerTest extends WhmTest {
  @Test
  void itsNameIsNeverUsedAgain() {
    var name = Customer.name();
    root().data("setupreseller", "user", name);
    var bob = new Account(name, accounts.token(name, "first", Customer.UNLIMITED));

    root().data("terminatereseller", "user", name, "terminatereseller", "1");

    WhmClient.of(bob).raw().get("/json-api/version?api.version=1").then().statusCode(403);
    assertThat(root().failure("setupreseller", "user", name))
        .contains("was terminated; its audit and its bills keep the name");
  }

  @Test
  void itSaysThatItIsMeant() {
    var name = Customer.name();
    root().data("setupreseller", "user", name);

    assertThat(root().failure("terminatereseller", "user", name, "terminatereseller", "0"))
        .contains("1 removes the reseller");
    assertThat(root().failure("terminatereseller", "user", name))
        .contains("terminatereseller: is missing");
    root().data("terminatereseller", "user", name, "terminatereseller", "1");
  }
}
