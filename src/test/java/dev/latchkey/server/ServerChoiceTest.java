package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WayIn
class ServerChoiceTest extends WhmTest {
  @Inject
  Fleet fleet;

  private static JsonNode create(WhmClient client, String host, String... arguments) {
    return WhmClient.json(client
        .raw()
        .header("Host", host)
        .get("/json-api/ticket_create_stub_ticket?api.version=1&" + WhmClient.form(arguments)));
  }

  @Test
  void theFirstLabelUnderTheDomainNamesTheServer() {
    var owner = fleet.owner();
    fleet.server(owner);
    var second = fleet.server(owner);

    var answer = create(WhmClient.of(owner), second.name().toUpperCase() + ".servers.test:2087");

    assertThat(answer.at("/metadata/server").asText()).isEqualTo(second.name());
  }

  @Test
  void aNameUnderTheDomainThatIsNoServerNeverFallsThroughToAnother() {
    var owner = fleet.owner();
    fleet.server(owner);
    var client = WhmClient.of(owner);

    assertThat(WhmClient.reasonOfFailure(create(client, "unheard-of.servers.test")))
        .contains("no server named “unheard-of”");
    assertThat(WhmClient.reasonOfFailure(create(client, "a.b.servers.test")))
        .contains("names no server");
  }

  @Test
  void twoDifferentNamesAreRefused() {
    var owner = fleet.owner();
    var first = fleet.server(owner);
    var second = fleet.server(owner);

    assertThat(WhmClient.reasonOfFailure(create(
            WhmClient.of(owner), first.name() + ".servers.test", "api.server", second.name())))
        .contains("name one server");
  }

  @Test
  void aHostElsewhereNamesNone() {
    var owner = fleet.owner();
    var only = fleet.server(owner);

    assertThat(create(WhmClient.of(owner), "whm.example.com")
            .at("/metadata/server")
            .asText())
        .isEqualTo(only.name());
  }
}
