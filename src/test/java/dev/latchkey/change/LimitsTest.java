package dev.latchkey.change;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.settings.Settings;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.BatchWrite;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.Together;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** How many tokens, tickets, servers and grants there may be. */
@QuarkusTest
@InProcess
class LimitsTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  DynamoDbAsyncClient dynamoDb;

  @Inject
  Store store;

  @Inject
  Settings settings;

  @Test
  void oneMoreTokenThanTheMostIsRefusedUntilOneIsRevoked() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    fill(998, i -> Item.at(new Key("U#" + account.user(), "N#filled" + i)).with("digest", "none"));

    client.data("api_token_create", "token_name", "last");
    assertThat(client.failure("api_token_create", "token_name", "beyond"))
        .endsWith(
            "“" + account.user()
                + "” has 1000 API tokens, expired ones included, and 1000 are the most; api_token_revoke revokes some.");

    client.data("api_token_revoke", "token_name", "last");
    client.data("api_token_create", "token_name", "beyond");
  }

  @Test
  void severalAtOnceMakeNoMoreThanTheMost() {
    var account = accounts.reseller(MANAGE_API_TOKENS);
    var client = WhmClient.of(account);
    fill(996, i -> Item.at(new Key("U#" + account.user(), "N#filled" + i)).with("digest", "none"));

    var made = Together.run(
        8,
        i -> client
            .post("api_token_create", "token_name", "t" + i)
            .at("/metadata/result")
            .asInt());

    assertThat(made.stream().mapToInt(result -> result).sum()).isEqualTo(3);
  }

  /** After the first one it costs no request more. */
  @Test
  void whatThereIsIsCountedOnce() {
    var client = WhmClient.of(accounts.reseller(MANAGE_API_TOKENS));
    SdkProbe.reset();
    client.data("api_token_create", "token_name", "one");
    assertThat(SdkProbe.requests()).filteredOn("Query"::equals).hasSize(1);

    SdkProbe.reset();
    client.data("api_token_create", "token_name", "two");
    assertThat(SdkProbe.requests()).doesNotContain("Query");
  }

  @Test
  void oneMoreOpenTicketThanTheMostIsRefusedUntilOneIsClosed() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var listed =
        store.query("TICKETS", owner.user() + "#").await().indefinitely().get(0);
    fill(998, i -> copy(listed, owner.user() + "#" + (100_000_000 + i)));
    recounted(owner);

    var client = support.client();
    client.data("ticket_create_stub_ticket");
    assertThat(client.failure("ticket_create_stub_ticket"))
        .endsWith("“" + owner.user()
            + "” has 1000 open tickets, and 1000 are the most; ticket_close closes some.");

    client.data("ticket_close", "ticket_id", support.ticket());
    client.data("ticket_close", "ticket_id", support.ticket());
    client.data("ticket_create_stub_ticket");
    assertThat(client.failure("ticket_create_stub_ticket")).contains("1000 are the most");
  }

  @Test
  void oneMoreServerThanTheMostIsRefusedUntilOneIsRemovedOrHasAnotherOwner() {
    var owner = fleet.owner();
    var other = fleet.owner().user();
    fill(
        998,
        i -> Item.at(new Key("SERVERS", owner.user() + "#filled" + i))
            .with("server_name", "filled" + i));
    add(owner, "one");
    add(owner, "two");
    assertThat(root().failure("fleet_server_add", server(owner, "three")))
        .endsWith("“" + owner.user()
            + "” has 1000 servers, and 1000 are the most; fleet_server_remove removes some.");

    root().data("fleet_server_update", "name", name(owner, "one"), "owner", other);
    add(owner, "three");
    root().data("fleet_server_remove", "name", name(owner, "two"));
    add(owner, "four");
    assertThat(root()
            .failure("fleet_server_update", "name", name(owner, "one"), "owner", owner.user()))
        .contains("1000 are the most");
  }

  /** Whether or not the server has carried them out: api.wait=0 does not wait for it. */
  @Test
  void oneMoreGrantThanTheMostIsRefusedUntilOneIsProvenGone() {
    var support = fleet.supportCase();
    support.grant();
    var server = "S#" + support.server().name();
    var granted = store
        .get(new Key(server, "G#" + support.ticket() + "#root"))
        .await()
        .indefinitely()
        .orElseThrow();
    fill(
        38, i -> copy(granted, "G#" + (100_000_000 + i) + "#root").with("ticket", 100_000_000 + i));

    assertThat(support
            .grant("ssh_username", "last", "api.wait", "0")
            .at("/metadata/result")
            .asInt())
        .isEqualTo(1);
    assertThat(WhmClient.reasonOfFailure(support.grant("ssh_username", "beyond", "api.wait", "0")))
        .endsWith(
            "server_num: “" + support.server().name()
                + "” has 40 grants, those counted that are not proven gone, which is the most; revoke one first.");
    assertThat(support.grant("api.wait", "0").at("/metadata/result").asInt())
        .as("of a grant that stands")
        .isEqualTo(1);
  }

  private void add(Account owner, String name) {
    root().data("fleet_server_add", server(owner, name));
  }

  private static String[] server(Account owner, String name) {
    var node = "mi-%017x".formatted(name(owner, name).hashCode() & 0xffffffffL);
    return new String[] {"name", name(owner, name), "node", node, "owner", owner.user()};
  }

  private static String name(Account owner, String name) {
    return "limits-" + owner.user() + "-" + name;
  }

  /** As in a table of a release that did not count. */
  private void recounted(Account owner) {
    dynamoDb
        .deleteItem(request -> request
            .tableName(settings.table())
            .key(new Key("H#" + owner.user(), "HELD").attributes()))
        .join();
  }

  private static Item copy(Item item, String sortKey) {
    var attributes = new HashMap<>(item.attributes());
    attributes.put("sk", Item.text(sortKey));
    return new Item(attributes);
  }

  private void fill(int count, IntFunction<Item> item) {
    BatchWrite.of(dynamoDb, settings.table(), count, item);
  }
}
