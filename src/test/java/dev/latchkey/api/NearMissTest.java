package dev.latchkey.api;

import static dev.latchkey.api.Given.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To pass over an argument that was meant for it could make a token wider than was asked. */
class NearMissTest {
  private static final Declaration CHANGING = Declaration.of("api_token_create", "Creates.")
      .changes()
      .takes(
          Parameter.required("token_name", ParameterType.TEXT, "A name."),
          Parameter.several("acl", ParameterType.TEXT, "Privileges."),
          Parameter.several("whitelist_ip", ParameterType.TEXT, "Addresses.")
              .alsoSpelled("whitelist-ip"));

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

  @Test
  void aRefusalOfAHostileNameIsCutAndHasNoLineBreak() {
    var hostile = "acl\r\n" + "x".repeat(10_000) + "=1";

    assertThatThrownBy(() -> CHANGING.refuseNearMisses(given(hostile)))
        .isInstanceOf(WhmFailure.class)
        .satisfies(refusal -> assertThat(refusal.getMessage())
            .hasSizeLessThan(200)
            .doesNotContainPattern("[\\r\\n]"));
  }

  private static void assertRefused(String name, String problem) {
    assertThatThrownBy(() -> CHANGING.refuseNearMisses(given("token_name=a", name + "=1")))
        .isInstanceOf(WhmFailure.class)
        .hasMessage(name + ": " + problem);
  }
}
