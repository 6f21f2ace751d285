package dev.latchkey.hulk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.CphulkServer;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.RetoldServer;
import io.quarkus.test.junit.QuarkusTest;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class ReadCphulkRecordsTest extends HulkCase {
  private static final String NAME = "read_cphulk_records";

  @Test
  void showsAListAndWhetherTheCallerIsOnIt() {
    server.keep(
        true, "{'192.0.2.7':'office <&>','2001:db8::/32':''}", "{'203.0.113.9':'bad'}", "[]");

    var white = data(call(NAME, "list_name", "white"));
    assertThat(white.path("ips_in_list").toString())
        .isEqualTo("{\"192.0.2.7\":\"office <&>\",\"2001:db8::/32\":\"\"}");
    assertThat(white.path("list_name").asText()).isEqualTo("white");
    assertThat(white.path("requester_ip_is_whitelisted").asInt(-1)).isZero();
    assertThat(white.path("warning_ip").asText())
        .isEqualTo(
            "Your address " + white.path("requester_ip").asText() + " is not on the white list.");
    assertThat(white.has("restart_ssh")).isFalse();

    server.keep(
        true, "{'" + white.path("requester_ip").asText() + "':''}", "{'203.0.113.9':'bad'}", "[]");
    var black = data(call(NAME, "list_name", "black"));
    assertThat(black.path("ips_in_list").toString()).isEqualTo("{\"203.0.113.9\":\"bad\"}");
    assertThat(black.path("requester_ip_is_whitelisted").asInt()).isEqualTo(1);
    assertThat(black.has("warning_ip")).isFalse();
  }

  @Test
  void aLongListIsReadToItsEnd() {
    var many = IntStream.range(0, 900)
        .mapToObj(i -> "'10.0.%d.%d':'a comment of some length'".formatted(i / 250, i % 250))
        .collect(Collectors.joining(",", "{", "}"));
    server.keep(true, many, "{}", "[]");
    var second = CphulkServer.of(fleet.server(owner));
    second.keep(true, many, "{}", "[]");

    var answer = callFor(server.name() + "," + second.name(), NAME, "list_name", "white");

    for (var i = 0; i < 2; i++) {
      assertThat(answer.at("/data/servers/" + i + "/data/ips_in_list").size())
          .as("%s", answer)
          .isEqualTo(900);
    }
  }

  @Test
  void aListWithoutAnEndIsRefused() {
    RetoldServer.of(server.server())
        .say(
            "{'top':{'outcome':'DONE','action':{'verb':'list_hulk','done':true,'hulk':{'entries':[{'ip':'192.0.2.1','comment':'a'}],"
                + "'next':'192.0.2.1'}}}}");

    assertThat(reason(call(NAME, "list_name", "white")))
        .contains(server.name() + " lists more than 20 pages of entries; look there.");
  }

  @Test
  void aRestartAndWhatIsNoAddressAreTold() {
    RetoldServer.of(server.server())
        .say(
            "{'top':{'outcome':'DONE','action':{'verb':'list_hulk','done':true,'hulk':{'entries':[{'ip':'192.0.2.1','comment':'a'},"
                + "{'ip':'<script>','comment':''},7],'strange':2,'restart_ssh':1,'warning_ssh':'restart it'}}}}");

    var told = data(call(NAME, "list_name", "white"));

    assertThat(told.path("ips_in_list").toString()).isEqualTo("{\"192.0.2.1\":\"a\"}");
    assertThat(told.path("restart_ssh").asInt()).isEqualTo(1);
    assertThat(told.path("warning_ssh").asText()).isEqualTo("restart it");
    assertThat(told.path("non_fatals").path(0).asText())
        .isEqualTo("the list has 2 entries that are not addresses, which are left out");
  }

  @Test
  void aDisabledCphulkIsRefusedUnlessSkipped() {
    server.keep(false, "{'192.0.2.7':''}", "{}", "[]");

    assertThat(reason(call(NAME, "list_name", "white")))
        .isEqualTo("cPHulk is disabled on the server.");
    assertThat(result(call(NAME, "list_name", "white", "skip_enabled_check", "1")))
        .isEqualTo(1);
  }

  @Test
  void badInputIsRefused() {
    assertThat(reason(call(NAME))).contains("list_name: is missing");
    assertThat(reason(call(NAME, "list_name", "white", "skip_enabled_check", "yes")))
        .contains("skip_enabled_check: “yes” is neither 1 nor 0.");
  }
}
