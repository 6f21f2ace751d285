package dev.latchkey.wire;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static dev.latchkey.access.Privilege.SUPPORT_ACCESS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.api.Functions;
import dev.latchkey.sam.DeployedRoles;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.IamRequests;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LogLines;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the log and the audit say of calls through the MCP door, how they are counted, and when a code is over. */
@QuarkusTest
@DrivesAgent
@InProcess
class McpLogTest extends WhmTest {
  private static final long NOW = Instant.now().getEpochSecond();

  @Inject
  Functions functions;

  @Inject
  Fleet fleet;

  @Test
  void aCallIsLoggedAndCountedAsItsFunctionAndSaysTheDoor() {
    var mcp = new McpClient(reseller(SUPPORT_ACCESS));
    try (var log = LogLines.capture()) {
      var id = mcp.call("ticket_list").at("/structuredContent/request").asText();

      var line = WhmClient.parse(log.about(id).get(0));
      assertThat(line.path("function").asText()).isEqualTo("ticket_list");
      assertThat(line.path("door").asText()).isEqualTo("MCP");
      var number = functions.find("ticket_list").orElseThrow().declaration().number();
      assertThat(line.path("calls").path(Integer.toString(number)).asInt()).isOne();
    }
  }

  @Test
  void everyOtherMessageIsOneCallOfItsOwnKind() {
    var mcp = new McpClient(reseller(SUPPORT_ACCESS));
    try (var log = LogLines.capture()) {
      mcp.ask("ping", McpClient.object());

      var line = WhmClient.parse(log.about("\"function\":\"mcp\"").get(0));
      assertThat(line.path("outcome").asText()).isEqualTo("done");
      assertThat(
              line.path("calls").path(Integer.toString(Functions.MCP.number())).asInt())
          .isOne();
    }
  }

  @Test
  void aRefusalIsInTheAuditWithTheDoor() {
    var client = reseller(SUPPORT_ACCESS, MANAGE_API_TOKENS);
    var mcp = new McpClient(client);

    var id = mcp.call("ticket_receipt", "ticket_id", "7")
        .at("/structuredContent/request")
        .asText();

    assertThat(client.data("audit_list", "request_id", id).path("entries").toString())
        .contains("through MCP: ticket_id");
  }

  @Test
  void aCodeIsOverAfterTenMinutesByTheApplicationsClock() {
    var support = fleet.supportCase();
    var ticket = support.ticket();
    var mcp = new McpClient(support.client());
    try (var stopped = TestClock.stoppedAt(NOW)) {
      var code = mcp.call("ticket_close", "ticket_id", ticket)
          .at("/structuredContent/confirm/code")
          .asText();
      assertThat(code).isNotEmpty();
      try (var later = TestClock.stoppedAt(NOW + 600)) {
        assertThat(reason(mcp.call("ticket_close", "ticket_id", ticket, "confirm", code)))
            .contains("confirm: is over: a code holds 10 minutes. Nothing was done");
      }
    }
  }

  @Test
  void whatItAsksOfAwsIsWhatTheRoleOfABatchAllowsAndNoMoreThanAnyCall() {
    var roles = DeployedRoles.read();
    var iam = new IamRequests(roles.resources());
    var support = fleet.supportCase();
    var mcp = new McpClient(support.client());
    SdkProbe.reset();

    mcp.ask("tools/list", McpClient.object());
    assertThat(SdkProbe.requests()).hasSize(2);
    String[] revoke = {"ticket_id", support.ticket(), "server_num", "1", "ssh_username", "root"};
    mcp.call("ticket_receipt", "ticket_id", support.ticket());
    support.grant();
    var code =
        mcp.call("ticket_revoke", revoke).at("/structuredContent/confirm/code").asText();
    var confirmed = Stream.of(revoke, new String[] {"confirm", code})
        .flatMap(Stream::of)
        .toArray(String[]::new);
    assertThat(mcp.call("ticket_revoke", confirmed).path("isError").asBoolean()).isFalse();

    var role = roles.ofWhmFunction("batch");
    assertThat(SdkProbe.sent())
        .flatExtracting(request -> iam.of(request))
        .isNotEmpty()
        .allMatch(role::allows);
    assertThat(SdkProbe.sent())
        .flatExtracting(request -> iam.together(request))
        .allMatch(role::allows);
  }

  private static String reason(JsonNode result) {
    return result.at("/structuredContent/untrusted/reason").asText();
  }
}
