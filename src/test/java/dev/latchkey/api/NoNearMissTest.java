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
  @Words("api.version user tok xtoken_name name ip whitelist expires_at")
  void anArgumentThatLooksLikeNoParameter(String name) {
    assertPassed(Declaration.of("f", "Does.").changes().takes(TOKEN_NAME, LIST), name);
  }

  @ParameterizedTest
  @Words("tokens token_name whitelist_ips TOKEN")
  void whateverIsSentToAFunctionThatChangesNothing(String name) {
    assertPassed(Declaration.of("f", "Does.").takes(TOKEN, LIST), name);
  }

  private static void assertPassed(Declaration function, String name) {
    assertThatCode(() -> function.refuseNearMisses(given(name + "=1"))).doesNotThrowAnyException();
  }
}
