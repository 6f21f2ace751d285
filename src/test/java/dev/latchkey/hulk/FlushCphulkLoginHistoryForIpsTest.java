package dev.latchkey.hulk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.RetoldServer;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class FlushCphulkLoginHistoryForIpsTest extends HulkCase {
  private static final String NAME = "flush_cphulk_login_history_for_ips";

  @Test
  void failedLoginsAreForgottenAndCounted() {
    server.keep(true, "{}", "{}", "['192.0.2.7','192.0.2.8','192.0.2.9']");

    var answer = call(NAME, "ip-1", OFFICE, "ip-2", "192.0.2.8");

    assertThat(data(answer).toString())
        .isEqualTo("{\"records_removed\":2,\"iptable_bans_removed\":0}");
    assertThat(server.kept().path("blocked").toString()).isEqualTo("[\"192.0.2.9\"]");
    assertThat(audited())
        .contains("ordered that cPHulk forget the failed logins of 192.0.2.7, 192.0.2.8 on "
            + server.name());
  }

  @Test
  void whatIsNotStatedIsNotMadeUp() {
    RetoldServer.of(server.server())
        .say(
            "{'top':{'outcome':'DONE','action':{'verb':'flush_hulk','done':true,'hulk':{'records':'2'}}}}");

    assertThat(reason(call(NAME, "ip", OFFICE)))
        .contains(server.name() + " states that it is done, and not what; look there.");
  }

  @Test
  void badInputIsRefused() {
    assertThat(reason(call(NAME))).contains("ip: is missing");
    assertThat(reason(call(NAME, "ip", "192.0.2.1,192.0.2.2"))).contains("ip-1=192.0.2.1");
  }
}
