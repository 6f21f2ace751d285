package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;

@QuarkusTest
@InProcess
@DrivesAgent
class TicketRemoveClosedTest extends WhmTest {
  private static final String NAME = "ticket_remove_closed";

  @Inject
  Fleet fleet;

  @Inject
  ClosedCases cases;

  @AfterEach
  void reset() {
    SdkProbe.reset();
  }

  @Test
  void whatClosingCouldNotProveIsProvenAndListedNoLonger() {
    var support = fleet.supportCase();
    support.grant();
    keepFrom(support.server());
    close(support);
    assertThat(support.letsVendorIn()).isTrue();

    var refused = remove(support.client());
    assertThat(reason(refused)).contains("revoking: ", "the order stands and is repeated");
    assertThat(refused.at("/data/revoked_keys").asInt()).isZero();
    assertThat(refused.at("/data/chain_status").asText()).startsWith("ERR_");
    assertThat(refused.at("/data/servers/0/result").asInt()).isZero();
    assertThat(refused.at("/data/servers/0/reason").asText()).startsWith("revoking: ");

    SdkProbe.reset();
    var data = succeeding(support.client());
    assertThat(data.path("revoked_keys").asInt()).isEqualTo(1);
    assertThat(data.path("chain_status").asText()).isEqualTo("INACTIVE");
    assertThat(data.at("/servers/0/server_name").asText())
        .isEqualTo(support.server().name());
    assertThat(data.at("/servers/0/result").asInt()).isEqualTo(1);
    assertThat(data.at("/servers/0").has("reason")).isFalse();
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(support.receipts())
        .singleElement()
        .satisfies(receipt -> assertThat(receipt.path("reason").asText()).isEqualTo("CLOSED"));
    assertThat(support.client().data("ticket_list").path("auths")).isEmpty();
  }

  @Test
  void openTicketsAndThoseOfOthersKeepTheirAccess() {
    var support = fleet.supportCase();
    support.grant();
    var other = fleet.supportCase();
    other.grant();
    keepFrom(other.server());
    close(other);
    SdkProbe.reset();

    var data = succeeding(support.client());

    assertThat(data.path("revoked_keys").asInt()).isZero();
    assertThat(data.path("servers")).isEmpty();
    assertThat(data.path("chain_status").asText()).isEqualTo("INACTIVE");
    assertThat(data.has("csf_wl_status")).isFalse();
    assertThat(support.letsVendorIn()).isTrue();
    assertThat(other.letsVendorIn()).isTrue();
    assertThat(root().data(NAME).path("revoked_keys").asInt())
        .as("of root's own closed tickets")
        .isZero();
    assertThat(other.letsVendorIn()).isTrue();
  }

  @Test
  void aServerThatCannotBeReachedOrReadHoldsNoOtherUp() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    var well = fleet.server(owner);
    var unreachable = fleet.server(owner);
    var unread = fleet.server(owner);
    for (var server : List.of(well, unreachable, unread)) {
      cases.make(owner.user(), server.name(), number(server), 1);
    }
    SdkProbe.failBefore(request -> isFor(request, unreachable) || reads(request, unread)
        ? Optional.of(SdkClientException.create("unreachable"))
        : Optional.empty());

    var answer = remove(client);

    assertThat(reason(answer))
        .contains("revoking: " + unreachable.name() + " has not confirmed yet")
        .contains("no order could be sent to " + unread.name());
    assertThat(answer.at("/data/revoked_keys").asInt()).isEqualTo(1);
    assertThat(answer.at("/data/chain_status").asText()).as("the worst").isEqualTo("ERR_UNKNOWN");
    assertThat(StreamSupport.stream(answer.at("/data/servers").spliterator(), false)
            .filter(server -> server.path("result").asInt() == 1)
            .map(server -> server.path("server_name").asText()))
        .containsExactly(well.name());
    assertThat(cases.listed(owner.user())).hasSize(2);

    SdkProbe.reset();
    assertThat(succeeding(client).path("revoked_keys").asInt()).isEqualTo(2);
    assertThat(cases.listed(owner.user())).isEmpty();
  }

  /** An order ends all that is to end on its server, so that what was left for later may be gone with it. */
  @Test
  void moreThanOneCallTakesIsNamedAndLeftForTheNext() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    var first = fleet.server(owner);
    var second = fleet.server(owner);
    cases.make(owner.user(), first.name(), 100_000_100, 25);
    cases.make(owner.user(), second.name(), 100_000_200, 18);
    keepFrom(first, second);

    var refused = remove(client);
    assertThat(reason(refused))
        .contains("3 closed tickets were left for later, as one call ends 40 grants");
    assertThat(refused.at("/data/non_fatals").toString().split("is closed and may still", -1))
        .as("each named")
        .hasSize(4);

    SdkProbe.reset();
    var data = succeeding(client);
    assertThat(data.path("revoked_keys").asInt()).isEqualTo(43);
    assertThat(data.path("non_fatals")).isEmpty();
  }

  /** An earlier release did not count, and a crash may leave a count behind. */
  @Test
  void whatWasLeftAmongTheOpenOnesIsTakenOver() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    var server = fleet.server(owner);
    cases.leave(owner.user(), server.name(), 100_000_001, Optional.empty());
    cases.leave(owner.user(), server.name(), 100_000_002, Optional.of(2L));
    cases.make(owner.user(), server.name(), 100_000_003, 1, Optional.empty(), true);

    assertThat(succeeding(client).path("revoked_keys").asInt()).isEqualTo(1);
    assertThat(succeeding(client).path("revoked_keys").asInt()).isZero();

    assertThat(cases.listed(owner.user())).isEmpty();
    assertThat(client.data("ticket_list", "ticket_status", "closed").path("auths"))
        .hasSize(3);
  }

  /** No release leaves one, but whatever did: a closed ticket opens nothing. */
  @Test
  void aGrantThatIsStillWantedEndsWithAnAuditEntry() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    var server = fleet.server(owner);
    cases.make(owner.user(), server.name(), 100_000_007, 1, Optional.of(1L), false);

    assertThat(succeeding(client).path("revoked_keys").asInt()).isEqualTo(1);

    assertThat(client.data("audit_list").at("/entries/0/change").asText())
        .isEqualTo("ended access of closed tickets on " + server.name() + ": 100000007 as root");
  }

  /** What it costs does not depend on how many tickets were ever closed. */
  @Test
  void closedTicketsThatAreGoneAreNotRead() {
    var support = fleet.supportCase();
    close(support);
    SdkProbe.reset();

    succeeding(support.client());

    assertThat(SdkProbe.sent("TICKETS#CLOSED")).isEmpty();
    assertThat(SdkProbe.requests()).containsOnlyOnce("Query").doesNotContain("BatchGetItem");
  }

  private static String reason(JsonNode refused) {
    assertThat(refused.at("/metadata/result").asInt()).isZero();
    return refused.at("/metadata/reason").asText();
  }

  private static JsonNode remove(WhmClient client) {
    return client.post(NAME, "api.wait", "20");
  }

  private static JsonNode succeeding(WhmClient client) {
    return client.data(NAME, "api.wait", "20");
  }

  private static void close(SupportCase support) {
    support.client().post("ticket_close", "ticket_id", support.ticket(), "api.wait", "20");
  }

  private static long number(FolderServer server) {
    return 100_000_000 + Math.floorMod(server.name().hashCode(), 800_000_000);
  }

  private static void keepFrom(FolderServer... servers) {
    SdkProbe.failBefore(
        request -> List.of(servers).stream().anyMatch(server -> isFor(request, server))
            ? Optional.of(SdkClientException.create("unreachable"))
            : Optional.empty());
  }

  private static boolean isFor(Object request, FolderServer server) {
    return request instanceof SendCommandRequest command
        && command.instanceIds().contains(server.id());
  }

  private static boolean reads(Object request, FolderServer server) {
    return request instanceof QueryRequest query
        && query.expressionAttributeValues().toString().contains("S#" + server.name());
  }
}
