package dev.latchkey.system;

import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Privilege;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class MyprivsTest extends WhmTest {
  @Test
  void rootHasEveryPrivilegeAsANumber() {
    var privileges = root().data("myprivs").path("privileges");

    assertThat(privileges.size()).isEqualTo(1);
    assertThat(privileges.get(0).size()).isEqualTo(Privilege.values().length);
    assertThat(privileges.get(0)).allMatch(held -> held.isInt() && held.asInt() == 1);
  }

  @Test
  void aResellerHasItsOwnAndNoOthers() {
    var privileges = reseller(MANAGE_API_TOKENS, LIST_ACCTS).data("myprivs").at("/privileges/0");

    privileges
        .properties()
        .forEach(held -> assertThat(held.getValue().asInt())
            .as(held.getKey())
            .isEqualTo(
                held.getKey().equals("manage-api-tokens") || held.getKey().equals("list-accts")
                    ? 1
                    : 0));
  }
}
