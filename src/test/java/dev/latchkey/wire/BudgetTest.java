package dev.latchkey.wire;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static dev.latchkey.testing.Budget.ADMISSION;
import static dev.latchkey.testing.Budget.TRIES;
import static dev.latchkey.testing.Budget.assertRequests;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.AddressList;
import dev.latchkey.access.AddressRange;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.api.Functions;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;

/** Requests to DynamoDB for each call and how many are waited for one after the other, counted by the SDK and printed. */
@QuarkusTest
@InProcess
class BudgetTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Inject
  Functions functions;

  /** More functions than one token calls. */
  private static final int MANY = 40;

  @Test
  void everyCallKeepsItsBudget() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    var listed = WhmClient.of(account.with(accounts.token(account.user(), "listed", listed())));
    var limited = WhmClient.of(accounts.reseller(OptionalLong.of(100), MANAGE_API_TOKENS));
    var value = client.data("api_token_create", "token_name", "a").path("token").asText();

    assertRequests("version", client, ADMISSION, 1, "version");
    assertRequests(
        "version, token with addresses", listed, "GetItem 1, UpdateItem 2", 2, "version");
    assertRequests("version, user with a quota", limited, ADMISSION, 1, "version");
    assertRequests(
        "api_token_list", client, "GetItem 1, Query 1, UpdateItem 1", 2, "api_token_list");
    assertRequests(
        "api_token_list, a page",
        client,
        "BatchGetItem 1, GetItem 1, Query 1, UpdateItem 1",
        3,
        "api_token_list",
        "api.chunk.enable",
        "1",
        "api.chunk.size",
        "10");
    assertRequests(
        "api_token_get_details",
        client,
        "GetItem 2, UpdateItem 1",
        2,
        "api_token_get_details",
        "token",
        value);
    assertRequests(
        "api_token_create",
        client,
        "GetItem 1, TransactWriteItems 1, UpdateItem 1",
        2,
        "api_token_create",
        i -> new String[] {"token_name", "b" + i});
    assertRequests(
        "api_token_create, with a key",
        client,
        "GetItem 2, TransactWriteItems 1, UpdateItem 1",
        3,
        "api_token_create",
        i -> new String[] {"token_name", "k" + i, "api.idempotency_key", "k" + i});
    assertRequests(
        "api_token_create, a dry run",
        client,
        "GetItem 1, Query 1, TransactWriteItems 1, UpdateItem 1",
        3,
        "api_token_create",
        "token_name",
        "d",
        "api.dry_run",
        "1");
    assertRequests(
        "api_token_update, its addresses",
        client,
        "BatchGetItem 1, GetItem 1, TransactWriteItems 1, UpdateItem 1",
        3,
        "api_token_update",
        i -> new String[] {"token_name", "a", "whitelist_ip", "192.0.2." + i});
    client.data("api_token_update", "token_name", "a", "new_name", "c0");
    assertRequests(
        "api_token_update, its name",
        client,
        "BatchGetItem 1, GetItem 1, TransactWriteItems 1, UpdateItem 1",
        3,
        "api_token_update",
        i -> new String[] {"token_name", "c" + i, "new_name", "c" + (i + 1)});
    client.data("api_token_create", "token_name", "o");
    assertRequests(
        "api_token_rotate",
        client,
        "BatchGetItem 1, GetItem 1, TransactWriteItems 1, UpdateItem 1",
        3,
        "api_token_rotate",
        "token_name",
        "o");
    for (var i = 0; i < 2 * TRIES; i++) {
      client.data("api_token_create", "token_name", "r" + i);
    }
    assertRequests(
        "api_token_revoke, two",
        client,
        "BatchGetItem 1, GetItem 1, TransactWriteItems 1, UpdateItem 1",
        3,
        "api_token_revoke",
        i -> new String[] {"token_name-1", "r" + i, "token_name-2", "r" + (i + TRIES)});
    assertRequests(
        "usage_report",
        client,
        "BatchGetItem 2, GetItem 2, Query 1, UpdateItem 1",
        5,
        "usage_report");
    assertRequests(
        "usage_report, by token",
        client,
        "BatchGetItem 3, GetItem 2, Query 2, UpdateItem 1",
        6,
        "usage_report",
        "group",
        "token");
    assertRequests("audit_list", client, "GetItem 1, Query 1, UpdateItem 1", 2, "audit_list");
    assertRequests(
        "batch of three versions",
        client,
        ADMISSION,
        1,
        "batch",
        "command-1",
        "version",
        "command-2",
        "version",
        "command-3",
        "version");
  }

  /** Its counters of two months stay within what one unit of a write has. */
  @Test
  void aTokenThatHasCalledManyFunctionsCostsNoMoreAndOneThatHasCalledAllAUnit() {
    assertThat(unitsOfACallAfter(MANY)).isEqualTo(1);
    assertThat(unitsOfACallAfter(functions.declarations().size())).isLessThanOrEqualTo(2);
  }

  /** Write units of a call by a token that has called so many functions in both months. */
  private double unitsOfACallAfter(int called) {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    client.data("version");
    var key = new Key("U#" + account.user(), "C#" + account.token().digest());
    var item = store.get(key).await().indefinitely().orElseThrow();
    var own = item.attributes().keySet().stream()
        .filter(name -> name.matches("[0-9A-Z]{3,4}"))
        .findFirst()
        .orElseThrow();
    var month = own.substring(0, 2);
    var last = Integer.toString(Integer.parseInt(month, 36) - 1, 36).toUpperCase(Locale.ROOT);
    for (var function : functions.declarations().stream().limit(called).toList()) {
      var number = Integer.toString(function.number(), 36).toUpperCase(Locale.ROOT);
      item = item.with(month + number, 9_999).with(last + number, 9_999);
    }
    for (var i = 0; i < 8; i++) {
      item = item.with("s" + i, 1);
    }
    store.write(store.transaction().put(item)).await().indefinitely();

    assertRequests("version, " + called + " functions called", client, ADMISSION, 1, "version");

    return SdkProbe.charged().writes();
  }

  /** Whether a change was done, and who may log in, is read as of now; which tickets there are may be of a moment ago. */
  @Test
  void whatSomebodyActsByIsNotOfAMomentAgo() {
    var support = fleet.supportCase();

    SdkProbe.reset();
    support.client().data("audit_list");
    support.client().data("ticket_list", "ticket_id", support.ticket(), "ticket_status", "closed");
    assertThat(SdkProbe.eventualReads()).isEmpty();
    support.client().data("ticket_list");
    assertThat(SdkProbe.eventualReads()).containsExactly("Query");
  }

  /** Requests to Systems Manager are as many as it takes to see the answer; of DynamoDB there is one way. */
  @Test
  void tickets() {
    var support = fleet.supportCase();
    var client = support.client();
    client.data("fleet_server_check", "api.wait", "20");
    String[] numbered = {"ticket_id", support.ticket(), "server_num", "1", "api.wait", "20"};
    var grant = Stream.concat(Stream.of(numbered), Stream.of("secure_id", support.secureId()))
        .toArray(String[]::new);
    var revoke = Stream.concat(Stream.of(numbered), Stream.of("ssh_username", "root"))
        .toArray(String[]::new);

    assertRequests(
        "ticket_grant",
        client,
        "BatchGetItem 1, GetItem 1, Query 1, SendCommand 1, TransactWriteItems 2, UpdateItem 1",
        5,
        "ticket_grant",
        grant);
    assertRequests(
        "ticket_grant, a dry run",
        client,
        "BatchGetItem 1, GetItem 1, Query 1, SendCommand 1, TransactWriteItems 1, UpdateItem 1",
        4,
        "ticket_grant",
        Stream.concat(Stream.of(grant), Stream.of("api.dry_run", "1")).toArray(String[]::new));
    assertRequests(
        "ticket_list", client, "BatchGetItem 1, GetItem 1, Query 1, UpdateItem 1", "ticket_list");
    assertRequests(
        "fleet_server_list", client, "GetItem 1, Query 1, UpdateItem 1", "fleet_server_list");
    assertRequests(
        "ticket_revoke",
        client,
        "GetItem 2, Query 1, SendCommand 1, TransactWriteItems 2, UpdateItem 1",
        5,
        "ticket_revoke",
        i -> {
          if (i > 0) {
            support.grant();
          }
          return revoke;
        });
    assertRequests(
        "ticket_receipt",
        client,
        "GetItem 2, Query 3, UpdateItem 1",
        "ticket_receipt",
        "ticket_id",
        support.ticket());
    client.data("authorizesshkey", authorizing(support));
    assertRequests(
        "authorizesshkey",
        client,
        "GetItem 1, Query 1, SendCommand 1, TransactWriteItems 2, UpdateItem 1",
        "authorizesshkey",
        authorizing(support));
    String[] key = {
      "fingerprint",
      PublicKey.parse(Keys.ed25519()).fingerprint(),
      "api.server",
      support.server().name(),
      "api.wait",
      "20"
    };
    assertRequests(
        "fleet_key_revoke",
        client,
        "GetItem 1, Query 1, SendCommand 1, TransactWriteItems 2, UpdateItem 1",
        "fleet_key_revoke",
        key);
    assertRequests(
        "fleet_key_revoke, the receipt",
        client,
        "GetItem 1, Query 2, UpdateItem 1",
        "fleet_key_revoke",
        key);
    assertRequests(
        "fleet_key_allow",
        client,
        "GetItem 1, Query 1, SendCommand 1, TransactWriteItems 2, UpdateItem 1",
        "fleet_key_allow",
        key);
    assertRequests(
        "ticket_get_support_info",
        client,
        "GetItem 2, Query 1, UpdateItem 1",
        "ticket_get_support_info",
        "api.server",
        support.server().name());
    assertRequests(
        "ticket_remove_closed, nothing left",
        client,
        "GetItem 1, Query 1, UpdateItem 1",
        "ticket_remove_closed");
    support.grant();
    SdkProbe.failBefore(request -> request instanceof SendCommandRequest
        ? Optional.of(SdkClientException.create("unreachable"))
        : Optional.empty());
    client.post("ticket_close", "ticket_id", support.ticket(), "api.wait", "20");
    assertRequests(
        "ticket_remove_closed, a server",
        client,
        "BatchGetItem 1, GetItem 2, Query 2, SendCommand 1, TransactWriteItems 1, UpdateItem 1",
        "ticket_remove_closed",
        "api.wait",
        "20");
  }

  private static String[] authorizing(SupportCase on) {
    var server = on.server().name();
    return new String[] {
      "authorize", "1", "text", Keys.ed25519(), "api.server", server, "api.wait", "20"
    };
  }

  private static Scope listed() {
    var loopback =
        new AddressList(List.of(AddressRange.parse("127.0.0.0/8"), AddressRange.parse("::1")));
    return new Scope(
        Privileges.NONE, Optional.empty(), Optional.of(loopback), OptionalLong.empty());
  }
}
