package dev.latchkey.api;

import static dev.latchkey.api.Given.given;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What WHM documents for a function, in this edition of its documentation or an older one, is never a near miss. */
@QuarkusTest
class DocumentedNamesTest extends WhmTest {
  @Inject
  Functions functions;

  @ParameterizedTest
  @CsvSource({
    "api_token_create, token_name acl acl-0 acl-1 expires_at whitelist_ip whitelist_ip-0 whitelist-ip-3",
    "api_token_update, token_name new_name acl acl-1 expires_at whitelist_ip whitelist_ip-0 whitelist-ip-3",
    "api_token_revoke, token_name token_name-1 token_name-2",
    "authorizesshkey, authorize file text options user",
    "importsshkey, key name extract_private extract_public passphrase",
    "generatesshkeypair, abort_on_existing_key algorithm bits comment name passphrase user",
    "check_remote_ssh_connection, host port",
    "deletesshkey, file leave_authorized",
    "ticket_grant, ticket_id server_num secure_id ssh_username",
    "ticket_revoke, ticket_id server_num ssh_username",
  })
  void theyArePassed(String function, String names) {
    var declaration = functions.find(function).orElseThrow().declaration();

    for (var name : names.split(" ")) {
      assertThatCode(
              () -> declaration.refuseNearMisses(given(name + "=1"), declaration.isChanging()))
          .as(name)
          .doesNotThrowAnyException();
    }
  }
}
