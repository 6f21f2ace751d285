package dev.latchkey.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.reconcile.Reconciler;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerTable;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FleetHoldTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  Reconciler reconciler;

  @Inject
  ServerTable servers;

  /** Owned by root, whose servers come last, so that a page has few of other tests. */
  private SupportCase last() {
    var root = accounts.root();
    return fleet.supportCase(root, fleet.server(root));
  }

  /** Before the first server that sorts after the one before this. */
  private static String before(SupportCase support) {
    var name = support.server().name();
    return "root#" + name.substring(0, name.length() - 1);
  }

  private static JsonNode held(JsonNode answer, SupportCase support) {
    for (var server : answer.path("servers")) {
      if (server.path("name").asText().equals(support.server().name())) {
        return server;
      }
    }
    throw new AssertionError(answer.toString());
  }

  private static JsonNode listed(SupportCase support) {
    return WhmClient.parse(support
        .client()
        .data("ticket_list", "ticket_id", support.ticket())
        .at("/auths/0/servers/0")
        .toString());
  }

  @Test
  void whatWasGrantedBeforeIsTakenOffTheServerByItsNextOrder() {
    var support = last();
    support.grant();

    var answer = root().data("fleet_hold", "cursor", before(support));

    assertThat(held(answer, support).path("held").asInt()).isEqualTo(1);
    assertThat(held(answer, support).path("epoch").asInt()).isEqualTo(1);
    assertThat(listed(support).path("auth_status").asText()).isEqualTo("NOT_AUTHED");
    assertThat(listed(support).path("held").asInt()).isEqualTo(1);
    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(60).getEpochSecond())) {
      reconciler.run().await().atMost(Duration.ofMinutes(1));
    }
    assertThat(support.letsVendorIn()).isFalse();
    assertThat(root().data("audit_list").toString())
        .contains("held the grants of " + support.server().name());
  }

  @Test
  void whatWasGrantedSinceIsNotHeldAndRepeatingIsHarmless() {
    var support = last();
    var before = Instant.now().getEpochSecond() - 1;
    support.grant();

    for (var epoch = 1; epoch <= 2; epoch++) {
      var answer =
          root().data("fleet_hold", "cursor", before(support), "before", Long.toString(before));
      assertThat(held(answer, support).path("held").asInt()).isZero();
      assertThat(held(answer, support).path("epoch").asInt()).isEqualTo(epoch);
      assertThat(answer.path("before").asLong()).isEqualTo(before);
    }
    assertThat(support.grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");
  }

  @Test
  void pagesGoThroughEveryServerOnce() {
    last();
    last();
    var all = servers.names(Optional.empty(), Integer.MAX_VALUE).await().indefinitely();
    var seen = new ArrayList<ServerName>();
    var cursor = Optional.<String>empty();
    do {
      var page = servers.page(cursor, 2).await().indefinitely();
      seen.addAll(page.names());
      cursor = page.next();
    } while (cursor.isPresent());

    assertThat(seen).containsExactlyElementsOf(all);
  }

  @Test
  void theTimeIsNotInTheFuture() {
    var later = Long.toString(Instant.now().getEpochSecond() + 100);

    assertThat(root().failure("fleet_hold", "cursor", "~", "before", later))
        .contains("is in the future");
    assertThat(root().failure("fleet_hold", "cursor", "~", "before", "yesterday"))
        .contains("is not a whole number");
  }

  @Test
  void anOwnerMayNot() {
    assertThat(WhmClient.of(fleet.owner()).failure("fleet_hold", "cursor", "~"))
        .contains("requires the privilege “all”");
  }
}
