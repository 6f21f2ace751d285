package dev.latchkey.reseller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ListaclsTest extends WhmTest {
  /** WHM API 1, listacls, 11.138: as printed. */
  private static final List<String> WHMS = List.of("""
          acct-summary add-pkg add-pkg-ip add-pkg-shell all allow-addoncreate allow-emaillimits-pkgs allow-parkedcreate \
          allow-shell allow-unlimited-bw-pkgs allow-unlimited-disk-pkgs allow-unlimited-pkgs basic-system-info \
          basic-whm-functions clustering cors-proxy-get cpanel-api cpanel-integration create-acct create-dns \
          create-user-session demo-setup digest-auth edit-account edit-dns edit-mx edit-pkg frontpage \
          generate-email-config kill-acct kill-dns limit-bandwidth list-accts list-pkgs locale-edit mailcheck \
          manage-api-tokens manage-dns-records manage-oidc manage-styles mysql-info news ns-config park-dns passwd quota \
          rearrange-accts resftp restart show-bandwidth ssl ssl-buy ssl-gencrt ssl-info stats status suspend-acct \
          thirdparty track-email upgrade-account viewglobalpackages""".split(" "));

  @Test
  void eachListHasEveryPrivilegeOfWhmsAndOurs() {
    var name = Customer.name();
    root().data("saveacllist", "acllist", name, "acl-create-acct", "1");

    var list = StreamSupport.stream(root().data("listacls").path("acl").spliterator(), false)
        .filter(one -> one.path("name").asText().equals(name))
        .map(one -> one.path("privileges"))
        .findFirst()
        .orElseThrow();

    assertThat(WHMS).hasSize(61);
    assertThat(list.fieldNames())
        .toIterable()
        .containsAll(WHMS)
        .contains("support-access", "ssh-keys", "fleet-read")
        .hasSize(64);
    assertThat(list)
        .allSatisfy(value -> assertThat(value.isInt()).isTrue())
        .filteredOn(value -> value.asInt() == 1)
        .hasSize(1);
    assertThat(list.path("create-acct").asInt()).isOne();
  }

  @Test
  void theyAreInOrder() {
    root().data("saveacllist", "acllist", Customer.name(), "acl-create-acct", "1");
    root().data("saveacllist", "acllist", Customer.name(), "acl-create-acct", "1");

    assertThat(StreamSupport.stream(root().data("listacls").path("acl").spliterator(), false)
            .map(list -> list.path("name"))
            .map(JsonNode::asText))
        .isSorted();
  }
}
