package dev.latchkey.hulk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.CphulkServer;
import dev.latchkey.testing.DrivesAgent;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class DeleteCphulkRecordTest extends HulkCase {
  private static final String NAME = "delete_cphulk_record";

  @Test
  void takesAddressesOutInWhateverFormTheyStandThere() {
    server.keep(
        true, "{'192.0.2.0-192.0.2.255':'','2001:DB8:1::/48':''}", "{'192.0.2.7':''}", "[]");

    var answer = call(NAME, "list_name", "white", "ip", "192.0.2.0/24", "ip", "2001:db8:1::/48");

    assertThat(result(answer)).as("%s", answer).isEqualTo(1);
    assertThat(data(answer).path("ips_removed"))
        .extracting(JsonNode::asText)
        .containsExactly("192.0.2.0/24", "2001:db8:1::/48");
    assertThat(server.kept().path("white").isEmpty()).isTrue();
    assertThat(server.kept().at("/black").has(OFFICE)).isTrue();
    assertThat(audited())
        .contains(
            "ordered that 192.0.2.0/24, 2001:db8:1::/48 be taken out of cPHulk's white list on "
                + server.name());
  }

  @Test
  void whatIsNotOnTheListFailsByName() {
    server.keep(true, "{}", "{'192.0.2.7':''}", "[]");

    var answer = call(NAME, "list_name", "black", "ip", OFFICE, "ip", "192.0.2.8");

    assertThat(result(answer)).isZero();
    assertThat(data(answer).path("ips_removed").path(0).asText()).isEqualTo(OFFICE);
    assertThat(data(answer).at("/ips_failed").path("192.0.2.8").asText())
        .isEqualTo("it is not on the black list");
  }

  @Test
  void whatAStandingGrantNeedsStaysUntilItEnds() {
    var support = fleet.supportCase(owner, server.server());
    support.grant();
    var white = "{'203.0.113.0/24':'latchkey','192.0.2.7':''}";
    server.keep(true, white, "{}", "[]");
    var second = CphulkServer.of(fleet.server(owner));
    second.keep(true, white, "{}", "[]");

    var answer = callFor(
        server.name() + "," + second.name(),
        NAME,
        "list_name",
        "white",
        "ip",
        "203.0.113.0/24",
        "ip",
        OFFICE);

    assertThat(answer.at("/data/servers/0/result").asInt(-1)).as("%s", answer).isZero();
    assertThat(
            answer.at("/data/servers/0/data/ips_failed").path("203.0.113.0/24").asText())
        .isEqualTo("the grant of ticket " + support.ticket()
            + " needs it, so it stays until that ends, and goes then");
    assertThat(answer.at("/data/servers/1/result").asInt()).isEqualTo(1);
    assertThat(server.kept().path("white").has("203.0.113.0/24")).isTrue();
    assertThat(server.kept().path("white").has(OFFICE)).isFalse();
    assertThat(second.kept().path("white").isEmpty()).isTrue();

    support.revoke();
    assertThat(result(call(NAME, "list_name", "white", "ip", "203.0.113.0/24"))).isEqualTo(1);
  }

  @Test
  void aDisabledCphulkIsRefusedUnlessSkipped() {
    server.keep(false, "{'192.0.2.7':''}", "{}", "[]");

    assertThat(reason(call(NAME, "list_name", "white", "ip", OFFICE)))
        .isEqualTo("cPHulk is disabled on the server.");
    assertThat(result(call(NAME, "list_name", "white", "ip", OFFICE, "skip_enabled_check", "1")))
        .isEqualTo(1);
  }

  @Test
  void badInputIsRefused() {
    assertThat(reason(call(NAME, "list_name", "white", "ip", "office"))).contains("ip: “office”");
    assertThat(reason(call(NAME, "list_name", "white", "ips", OFFICE)))
        .contains("did you mean “ip”");
  }
}
