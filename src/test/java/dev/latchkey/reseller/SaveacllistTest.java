package dev.latchkey.reseller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SaveacllistTest extends WhmTest {
  private final String list = Customer.name();

  private Optional<JsonNode> saved() {
    return StreamSupport.stream(root().data("listacls").path("acl").spliterator(), false)
        .filter(one -> one.path("name").asText().equals(list))
        .map(one -> one.path("privileges"))
        .findFirst();
  }

  @Test
  void oneAddsAndZeroTakesOff() {
    var answer =
        root().post("saveacllist", "acllist", list, "acl-create-acct", "1", "acl-kill-acct", "1");
    root().data("saveacllist", "acllist", list, "acl-kill-acct", "0", "acl-all", "1");

    assertThat(answer.at("/metadata/reason").asText()).isEqualTo("ACL List " + list + " saved.");
    assertThat(saved()).hasValueSatisfying(privileges -> {
      assertThat(privileges.path("create-acct").asInt()).isOne();
      assertThat(privileges.path("kill-acct").asInt()).isZero();
      assertThat(privileges.path("all").asInt()).isOne();
    });
  }

  @Test
  void aNameThatIsNotReadIsRefused() {
    assertThat(root().failure("saveacllist", "acllist", list, "acl-nameserver-config", "1"))
        .contains("acl-nameserver-config: is not a privilege that can be named here");
    assertThat(root().failure("saveacllist", "acllist", list, "acl-connected-applications", "1"))
        .contains("is not a privilege that can be named here");
    assertThat(root().failure("saveacllist", "acllist", list, "acl-create-acct", ""))
        .contains("acl-create-acct: “” is neither 1, which adds it, nor 0");
    assertThat(root().failure("saveacllist", "acllist", list))
        .contains("acllist: requires “acl-NAME”");
    assertThat(root().failure("saveacllist", "acllist", "a b", "acl-all", "1"))
        .contains("acllist: “a b” is not a valid name of a list");
    assertThat(saved()).isEmpty();
  }

  @Test
  void aListCanBeDeleted() {
    root().data("saveacllist", "acllist", list, "acl-create-acct", "1");

    root().data("saveacllist", "acllist", list, "api.delete", "1");

    assertThat(saved()).isEmpty();
    assertThat(root().failure("saveacllist", "acllist", list, "api.delete", "1"))
        .contains("there is no list");
  }
}
