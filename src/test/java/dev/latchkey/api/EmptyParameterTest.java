package dev.latchkey.api;

import static dev.latchkey.api.Given.given;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Present but empty is never read as absent: an empty acl must not make a token that may do everything. */
class EmptyParameterTest {
  private static final String REFUSAL = "acl: is empty; leave it out or give it a value.";

  @ParameterizedTest
  @ValueSource(strings = {"acl=", "acl-0=", "acl[]=", "acl[3]="})
  void anEmptyValueOfSeveralIsRefusedInEveryForm(String empty) {
    var acl = Parameter.several("acl", ParameterType.TEXT, "Privileges.");

    assertThatThrownBy(() -> acl.from(given(empty)))
        .isInstanceOf(WhmFailure.class)
        .hasMessage(REFUSAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"acl=", "acl-0=", "acl[]=", "acl[3]="})
  void anEmptyValueBesideOthersIsRefusedAndNotDropped(String empty) {
    var acl = Parameter.requiredSeveral("acl", ParameterType.TEXT, "Privileges.");

    assertThatThrownBy(() -> acl.from(given("acl=list-accts", empty, "acl-9=kill-acct")))
        .hasMessage(REFUSAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wanted", "optional", "defaulting"})
  void anEmptyScalarIsRefused(String kind) {
    var parameter =
        switch (kind) {
          case "wanted" -> Parameter.required("acl", ParameterType.TEXT, "A text.");
          case "optional" -> Parameter.optional("acl", ParameterType.TEXT, "A text.");
          default -> Parameter.defaulting("acl", ParameterType.TEXT, "x", "A text.");
        };

    assertThatThrownBy(() -> parameter.from(given("acl=")))
        .isInstanceOf(WhmFailure.class)
        .hasMessage(REFUSAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"whitelist-ip=", "whitelist-ip-3="})
  void anEmptyValueOfTheOtherSpellingIsRefusedUnderTheRealName(String empty) {
    var list = Parameter.several("whitelist_ip", ParameterType.TEXT, "Addresses.")
        .alsoSpelled("whitelist-ip");

    assertThatThrownBy(() -> list.from(given(empty)))
        .hasMessageStartingWith("whitelist_ip: is empty");
  }
}
