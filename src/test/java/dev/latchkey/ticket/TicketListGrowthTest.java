package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;

/** Where a ticket is listed: among the open ones until the last of its access is proven gone, and not a moment longer. */
@QuarkusTest
@InProcess
@DrivesAgent
class TicketListGrowthTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @AfterEach
  void reset() {
    SdkProbe.reset();
  }

  @Test
  void aClosedTicketStaysAmongTheOpenOnesUntilTheLastServerHasProvenIt() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var other = fleet.server(owner);
    support
        .client()
        .data("ticket_server_add", "ticket_id", support.ticket(), "api.server", other.name());
    support.grant();
    support.grant("server_num", "2");

    keepFrom(support.server(), other);
    close(support);
    assertThat(open(support.client()).at("/0/ticket_status").asText()).isEqualTo("CLOSED");
    assertThat(closed(support.client())).isEmpty();
    assertThat(listed(owner, "TICKETS"))
        .singleElement()
        .satisfies(item -> assertThat(item.getNumber("standing")).isEqualTo(2));

    keepFrom(other);
    close(support);
    assertThat(open(support.client()).at("/0/servers/1/auth_status").asText()).isEqualTo("AUTHED");
    assertThat(closed(support.client())).isEmpty();

    SdkProbe.reset();
    close(support);
    assertThat(open(support.client())).isEmpty();
    assertThat(listed(owner, "TICKETS")).isEmpty();
    assertThat(closed(support.client())).singleElement().satisfies(auth -> {
      assertThat(auth.path("ticket_id").asText()).isEqualTo(support.ticket());
      assertThat(auth.findValuesAsText("auth_status")).containsOnly("NOT_AUTHED");
    });
  }

  @Test
  void aTicketThatIsClosedWithoutAccessIsListedAmongTheClosedOnesAtOnce() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    close(support);

    assertThat(listed(owner, "TICKETS")).isEmpty();
    assertThat(closed(support.client()).at("/0/ticket_status").asText()).isEqualTo("CLOSED");
    assertThat(
            support.client().data("ticket_list", "ticket_id", support.ticket()).path("auths"))
        .isEmpty();
    assertThat(support
            .client()
            .data("ticket_list", "ticket_id", support.ticket(), "ticket_status", "closed")
            .path("auths"))
        .hasSize(1);
    assertThat(support.client().failure("ticket_list", "ticket_status", "CLOSED"))
        .endsWith("ticket_status: “CLOSED” is neither “open” nor “closed”.");
  }

  @Test
  void pagesAreSlicesOfTheWholeAndReadNoMore() {
    var support = fleet.supportCase();
    var client = support.client();
    for (var i = 0; i < 4; i++) {
      client.data("ticket_create_stub_ticket", "api.server", support.server().name());
    }
    support.grant();
    var all = open(client).findValuesAsText("ticket_id");

    SdkProbe.reset();
    var page = client.get("ticket_list", page("2", "2", "1"));
    assertThat(SdkProbe.requests()).filteredOn("Query"::equals).hasSize(1);
    assertThat(page.at("/data/auths").findValuesAsText("ticket_id")).isEqualTo(all.subList(1, 3));
    assertThat(page.at("/metadata/chunk/records").asInt()).isEqualTo(5);
    assertThat(page.at("/metadata/chunk/current").asInt()).isEqualTo(1);
    assertThat(client.data("ticket_list", page("5", "2", "0")).path("auths")).hasSize(1);
    assertThat(client
            .data(
                "ticket_list",
                "api.chunk.enable",
                "1",
                "api.chunk.size",
                "2",
                "api.sort.enable",
                "1",
                "api.sort.a.field",
                "ticket_id",
                "api.sort.a.reverse",
                "1")
            .path("auths")
            .findValuesAsText("ticket_id"))
        .containsExactly(all.get(4), all.get(3));
  }

  /** A leftover that is gone everywhere must not make a page shorter, or a client would stop there. */
  @Test
  void whatAnEarlierReleaseLeftIsHiddenAndTakenOver() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var client = support.client();
    var item = listed(owner, "TICKETS").get(0);
    leave(item, owner, 100_000_001);
    leave(item, owner, 100_000_002);

    assertThat(client.data("ticket_list", page("1", "1", "0")).path("auths")).hasSize(1);
    assertThat(client.data("ticket_list", page("2", "1", "0")).path("auths")).isEmpty();

    var held = new Key("H#" + owner.user(), "HELD");
    store.write(store.transaction().delete(held)).await().indefinitely();
    client.data("ticket_create_stub_ticket", "api.server", support.server().name());
    assertThat(listed(owner, "TICKETS")).hasSize(2);
    assertThat(closed(client).findValuesAsText("ticket_id"))
        .containsExactly("100000002", "100000001");
  }

  private void leave(Item item, Account owner, long id) {
    var attributes = new HashMap<>(item.attributes());
    attributes.put("sk", Item.text(owner.user() + "#" + id));
    attributes.put("ticket", Item.number(id));
    attributes.put("ticket_status", Item.text("CLOSED"));
    store.putNew(new Item(attributes)).await().indefinitely();
  }

  private static String[] page(String start, String size, String verbose) {
    return new String[] {
      "api.chunk.enable",
      "1",
      "api.chunk.start",
      start,
      "api.chunk.size",
      size,
      "api.chunk.verbose",
      verbose
    };
  }

  private static void keepFrom(FolderServer... servers) {
    var nodes = List.of(servers).stream().map(FolderServer::id).toList();
    SdkProbe.failBefore(request -> request instanceof SendCommandRequest command
            && nodes.contains(command.instanceIds().get(0))
        ? Optional.of(SdkClientException.create("unreachable"))
        : Optional.empty());
  }

  private static JsonNode close(SupportCase support) {
    return support.client().post("ticket_close", "ticket_id", support.ticket(), "api.wait", "20");
  }

  private static JsonNode open(WhmClient client) {
    return client.data("ticket_list").path("auths");
  }

  private static JsonNode closed(WhmClient client) {
    return client.data("ticket_list", "ticket_status", "closed").path("auths");
  }

  private List<Item> listed(Account owner, String partition) {
    return store.query(partition, owner.user() + "#").await().indefinitely();
  }
}
