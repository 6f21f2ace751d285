package dev.latchkey.api;

import static dev.latchkey.api.Given.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** To pass over an argument that was meant for it could make a token wider than was asked. */
class NearMissTest {
  private static final Declaration CHANGING = Declaration.of("api_token_create", "Creates.")
      .changes()
      .takes(
          Parameter.required("token_name", ParameterType.TEXT, "A name."),
          Parameter.several("acl", ParameterType.TEXT, "Privileges."),
          Parameter.several("whitelist_ip", ParameterType.TEXT, "Addresses.")
              .alsoSpelled("whitelist-ip"),
          Parameter.optional("expires_at", ParameterType.TEXT, "A time."),
          Parameter.optional("api.quota", ParameterType.TEXT, "A number."),
          Parameter.optional("api.ttl", ParameterType.TEXT, "Seconds."));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acls",
        "acl-create-acct",
        "ACL",
        "Acl-1",
        "acl-",
        "acl[",
        "acl[x]",
        "acl--1",
        "acl "
      })
  void aMissedFormOfSeveralIsRefusedWithTheFormsThatAreRead(String name) {
    assertRefused(name, "is not read; did you mean “acl”, “acl-1”, “acl-2”?");
  }

  @ParameterizedTest
  @Words("token_name-1 token_name[] token_name[0] token_names token-name TOKEN_NAME token_name.")
  void aMissedFormOfAScalarIsRefusedWithItsName(String name) {
    assertRefused(name, "is not read; did you mean “token_name”?");
  }

  @ParameterizedTest
  @Words("whitelist-ips whitelist_ips whitelist-ip-x WHITELIST-IP whitelist_ip[x]")
  void aMissedFormOfTheOtherSpellingIsRefusedWithTheRealName(String name) {
    assertRefused(
        name, "is not read; did you mean “whitelist_ip”, “whitelist_ip-1”, “whitelist_ip-2”?");
  }

  @ParameterizedTest
  @CsvSource({
    "ttl, api.ttl",
    "tll, api.ttl",
    "api-ttl, api.ttl",
    "api_ttl, api.ttl",
    "api.tl, api.ttl",
    "Ttl, api.ttl",
    "quota, api.quota",
    "qouta, api.quota",
    "api.quotas, api.quota",
    "quota-1, api.quota",
    "expires, expires_at",
    "expire, expires_at",
    "expiresat, expires_at",
    "expires.at, expires_at",
    "expries_at, expires_at",
    "experes_et, expires_at",
    "tokenname, token_name",
    "xtoken_name, token_name",
    "tok_name, token_name"
  })
  void aNameNearAScalarsIsRefusedWithTheOneThatWasMeant(String name, String meant) {
    assertRefused(name, "is not read; did you mean “" + meant + "”?");
  }

  @ParameterizedTest
  @CsvSource({
    "alc, acl",
    "ac, acl",
    "accl, acl",
    "alc-1, acl",
    "whitelistip, whitelist_ip",
    "whitelist, whitelist_ip",
    "whitelist_pi-2, whitelist_ip",
    "witelist_ip[1], whitelist_ip",
    "whitlistips, whitelist_ip"
  })
  void aNameNearOneOfSeveralIsRefusedWithTheOneThatWasMeant(String name, String meant) {
    assertRefused(name, "is not read; did you mean “%1$s”, “%1$s-1”, “%1$s-2”?".formatted(meant));
  }

  /** Cyrillic a and es, full-width letters, an accent, a dotless i, and characters that are not seen. */
  @ParameterizedTest
  @CsvSource({
    "\u0430\u0441l, acl, 0430",
    "\uff41\uff43\uff4c, acl, FF41",
    "acl\u200b, acl, 200B",
    "\u00e1cl-1, acl, 00E1",
    "\u0410\u0421L, acl, 0410",
    "wh\u0131telist_ip, whitelist_ip, 0131",
    "whitelist\u2010ip, whitelist_ip, 2010"
  })
  void aNameThatLooksLikeOneIsRefusedWithWhatIsStrangeAboutIt(
      String name, String meant, String strange) {
    assertThatThrownBy(() -> CHANGING.refuseNearMisses(given(name + "=1"), true))
        .isInstanceOf(WhmFailure.class)
        .hasMessageContaining(
            "is not read because of its character U+" + strange + "; did you mean “" + meant + "”");
  }

  @Test
  void aRefusalOfAHostileNameIsCutAndHasNoLineBreak() {
    var hostile = "acl\r\n" + "x".repeat(10_000) + "=1";

    assertThatThrownBy(() -> CHANGING.refuseNearMisses(given(hostile), true))
        .isInstanceOf(WhmFailure.class)
        .satisfies(refusal -> assertThat(refusal.getMessage())
            .hasSizeLessThan(200)
            .doesNotContainPattern("[\\r\\n]"));
  }

  private static void assertRefused(String name, String problem) {
    assertThatThrownBy(() -> CHANGING.refuseNearMisses(given("token_name=a", name + "=1"), true))
        .isInstanceOf(WhmFailure.class)
        .hasMessage(name + ": " + problem);
  }
}
