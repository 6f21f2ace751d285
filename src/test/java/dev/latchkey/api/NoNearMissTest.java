package dev.latchkey.api;

import static dev.latchkey.api.Given.given;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class NoNearMissTest {
  private static final Parameter<?> TOKEN =
      Parameter.optional("token", ParameterType.TEXT, "A value.");
  private static final Parameter<?> TOKEN_NAME =
      Parameter.optional("token_name", ParameterType.TEXT, "A name.");
  private static final Parameter<?> LIST = Parameter.several(
          "whitelist_ip", ParameterType.TEXT, "Addresses.")
      .alsoSpelled("whitelist-ip");

  @ParameterizedTest
  @Words(
      "token_name whitelist_ip whitelist_ip-1 whitelist_ip[] whitelist_ip[1] whitelist-ip whitelist-ip-3")
  void aFormThatIsRead(String name) {
    assertPassed(Declaration.of("f", "Does.").changes().takes(TOKEN_NAME, LIST), name);
  }

  @Test
  void aParameterWhoseNameBeginsWithAnothers() {
    assertPassed(Declaration.of("f", "Does.").changes().takes(TOKEN, TOKEN_NAME), "token_name");
  }

  @ParameterizedTest
  @Words("api.version user tok name ip list expires_at id domain username secret reason")
  void anArgumentThatLooksLikeNoParameter(String name) {
    assertPassed(Declaration.of("f", "Does.").changes().takes(TOKEN_NAME, LIST), name);
  }

  /** Each is one letter too far. */
  @ParameterizedTest
  @Words("kwota qta qutoas aple")
  void twoLettersOfAShortName(String name) {
    var quota = Parameter.optional("api.quota", ParameterType.TEXT, "A number.");
    var several = Parameter.several("apples", ParameterType.TEXT, "Fruit.");

    assertPassed(Declaration.of("f", "Does.").changes().takes(quota, several), name);
  }

  @ParameterizedTest
  @Words(
      "api.version api.filter.enable api.filter.a.arg0 api.sort.a.field api.columns.a api.chunk.size")
  void whatEveryCallMayHave(String name) {
    var near = Parameter.optional("api.chunk", ParameterType.TEXT, "A value.");
    var version = Parameter.optional("version", ParameterType.TEXT, "A value.");

    assertPassed(Declaration.of("f", "Does.").changes().takes(near, version), name);
  }

  @ParameterizedTest
  @Words("tokens token_name whitelist_ips TOKEN")
  void whateverIsSentToAFunctionThatChangesNothing(String name) {
    assertPassed(Declaration.of("f", "Does.").takes(TOKEN, LIST), name);
  }

  private static void assertPassed(Declaration function, String name) {
    assertThatCode(() -> function.refuseNearMisses(given(name + "=1"), function.isChanging()))
        .doesNotThrowAnyException();
  }
}
