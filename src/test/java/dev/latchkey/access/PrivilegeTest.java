package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivilegeTest {
  /** WHM's, copied from the specification, section 5.6. */
  private static final List<String> OF_WHM = List.of("""
      acct-summary basic-system-info basic-whm-functions connected-applications cors-proxy-get cpanel-api \
      cpanel-integration create-user-session digest-auth generate-email-config list-pkgs manage-api-tokens \
      manage-dns-records manage-oidc manage-styles mysql-info ns-config public-contact ssl-info track-email \
      list-accts show-bandwidth create-acct kill-acct suspend-acct upgrade-account ssl ssl-buy ssl-gencrt edit-mx \
      passwd file-restore create-dns kill-dns park-dns edit-dns add-pkg edit-pkg thirdparty mailcheck news \
      assign-root-account-enhancements \
      allow-shell viewglobalpackages allow-addoncreate allow-parkedcreate add-pkg-ip add-pkg-shell \
      allow-unlimited-pkgs allow-emaillimits-pkgs allow-unlimited-disk-pkgs allow-unlimited-bw-pkgs \
      status stats restart resftp \
      edit-account limit-bandwidth quota demo-setup rearrange-accts clustering locale-edit \
      all""".split(" +"));

  private static final List<String> OURS = List.of("support-access", "ssh-keys", "fleet-read");

  @Test
  void thereAreWhms64AndOurThree() {
    assertThat(OF_WHM).hasSize(64);
    assertThat(Arrays.stream(Privilege.values()).map(Privilege::acl))
        .containsExactlyElementsOf(Stream.concat(OF_WHM.stream(), OURS.stream()).toList());
  }

  @Test
  void eachIsFoundByItsName() {
    assertThat(Privilege.values())
        .allSatisfy(one -> assertThat(Privilege.parse(one.acl())).isSameAs(one));
  }

  @ParameterizedTest
  @CsvSource({
    "upgrade-acct, upgrade-account",
    "list-acct, list-accts",
    "edit-acct, edit-account",
    "manage_api_tokens, manage-api-tokens",
    "ssh-key, ssh-keys",
    "kill-accts, kill-acct"
  })
  void whatIsNoneIsRefusedWithTheNearestOne(String wrong, String right) {
    assertThatThrownBy(() -> Privilege.parse(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("“" + wrong + "” is not a valid privilege; did you mean “" + right + "”?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"all", "ssl", "list-accts", "passwd", "fleet-read"})
  void aNameInCapitalsIsRefusedWithTheSameInLowerCase(String acl) {
    assertThatThrownBy(() -> Privilege.parse(acl.toUpperCase(Locale.ROOT)))
        .hasMessageContaining("did you mean “" + acl + "”?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "LIST-ACCTS", "list-accts ", "list_accts", "List-Accts", "*"})
  void aNameIsFoundOnlyAsItIsWritten(String name) {
    assertThat(Privilege.find(name)).isEmpty();
  }

  @Test
  void aRefusalOfAHostileNameIsCutAndHasNoLineBreak() {
    assertThatThrownBy(() -> Privilege.parse("all\r\n" + "x".repeat(60_000)))
        .satisfies(refusal -> assertThat(refusal.getMessage())
            .hasSizeLessThan(200)
            .doesNotContainPattern("[\\r\\n]"));
  }
}
