package dev.latchkey.hulk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.CphulkServer;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.WayIn;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** Each function's answer in WHM's shape, and those of several servers. */
@QuarkusTest
@WayIn
class HulkGoldenTest extends HulkCase {
  private static final String[] ENTRY = {
    "list_name", "white", "ip-1", OFFICE, "ip-2", "2001:db8::/32", "comment", "A helpful comment."
  };

  @Test
  void inJson() {
    assertGolden("create_cphulk_record.json", call("create_cphulk_record", ENTRY));
    assertGolden("read_cphulk_records.json", call("read_cphulk_records", "list_name", "white"));
    assertGolden(
        "delete_cphulk_record.json",
        call("delete_cphulk_record", "list_name", "white", "ip", OFFICE));
    server.keep(true, "{}", "{}", "['192.0.2.7']");
    assertGolden(
        "flush_cphulk_login_history_for_ips.json",
        call("flush_cphulk_login_history_for_ips", "ip", OFFICE));
    assertGolden("cphulk_status.json", call("cphulk_status"));
  }

  @Test
  void inXml() {
    assertGoldenXml(
        "create_cphulk_record",
        server.name(),
        "&list_name=white&ip=192.0.2.7&ip=192.0.2.9/24&comment=office");
    assertGoldenXml("read_cphulk_records", server.name(), "&list_name=white");
    assertGoldenXml(
        "delete_cphulk_record", server.name(), "&list_name=white&ip=192.0.2.7&ip=192.0.2.8");
    assertGoldenXml("flush_cphulk_login_history_for_ips", server.name(), "&ip=192.0.2.7");
  }

  /** One that has it, one on which it is disabled, and one without it. */
  @Test
  void ofSeveralServers() {
    var disabled = CphulkServer.of(fleet.server(owner));
    disabled.keep(false, "{}", "{}", "[]");
    var servers =
        String.join(",", server.name(), disabled.name(), fleet.server(owner).name());

    assertGolden(
        "create_cphulk_record-servers.json", callFor(servers, "create_cphulk_record", ENTRY));
    assertGoldenXml("cphulk_status", servers, "");
  }

  private static void assertGolden(String file, JsonNode answer) {
    var golden = Golden.json(file);
    assertThat(Golden.leavingOut(answer, golden)).isEqualTo(golden);
  }

  private void assertGoldenXml(String function, String servers, String arguments) {
    var answer = client
        .raw()
        .get(
            "/xml-api/" + function + "?api.version=1&api.wait=20&api.server=" + servers + arguments)
        .asString()
        .replaceAll("\\(XID [a-z0-9]+\\)", "(XID …)")
        .replaceAll("s[0-9a-f]{8}-[0-9a-f-]{9}", "SERVER")
        .replaceAll("<requester_ip>[^<]+", "<requester_ip>ADDRESS")
        .replaceAll("Your address [^ ]+", "Your address ADDRESS");

    assertThat(Golden.canonical(answer))
        .isEqualTo(Golden.canonical(Golden.text(function + ".xml")));
  }
}
