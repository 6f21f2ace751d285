package dev.latchkey.hulk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.Privilege;
import dev.latchkey.testing.CphulkServer;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SupportCase;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@DrivesAgent
class CreateCphulkRecordTest extends HulkCase {
  private static final String NAME = "create_cphulk_record";

  @Test
  void entersAddressesWithAComment() {
    server.keep(true, "{}", "{}", "['192.0.2.7']");

    var answer = call(
        NAME,
        "list_name",
        "white",
        "ip-1",
        OFFICE,
        "ip-2",
        "2001:db8:1::/48",
        "ip-3",
        "198.51.100.1-198.51.100.9",
        "comment",
        "50% + & “new” office");

    assertThat(result(answer)).as("%s", answer).isEqualTo(1);
    assertThat(data(answer).path("ips_added"))
        .extracting(JsonNode::asText)
        .containsExactly(OFFICE, "2001:db8:1::/48", "198.51.100.1-198.51.100.9");
    assertThat(data(answer).path("ips_failed").isEmpty()).isTrue();
    assertThat(data(answer).path("ip_blocks_removed").asInt()).isEqualTo(1);
    assertThat(server.kept().at("/white/192.0.2.7").asText()).isEqualTo("50% + & “new” office");
    assertThat(audited())
        .contains("ordered that 192.0.2.7, 2001:db8:1::/48, 198.51.100.1-198.51.100.9 be entered on"
            + " cPHulk's white list on " + server.name());
  }

  @Test
  void oneCommandTakesItToAllServersAndTheyAnswerForThemselves() {
    var others = IntStream.range(0, 2)
        .mapToObj(i -> CphulkServer.of(fleet.server(owner)))
        .toList();
    var without = fleet.server(owner);
    others.get(1).keep(false, "{}", "{}", "[]");
    var before = new HashSet<>(LocalSystemsManager.orders());

    var answer = callFor(
        server.name() + "," + others.get(0).name() + "," + others.get(1).name() + ","
            + without.name(),
        NAME,
        "list_name",
        "white",
        "ip",
        OFFICE);

    var sent = new HashSet<>(LocalSystemsManager.orders());
    sent.removeAll(before);
    assertThat(sent).hasSize(1);
    assertThat(result(answer)).isZero();
    assertThat(reason(answer)).startsWith("It is not confirmed on 2 of 4 servers: ");
    for (var done : new int[] {0, 1}) {
      assertThat(answer.at("/data/servers/" + done + "/data/ips_added/0").asText())
          .as("%s", answer)
          .isEqualTo(OFFICE);
    }
    assertThat(answer.at("/data/servers/2/reason").asText())
        .isEqualTo("cPHulk is disabled on the server.");
    assertThat(answer.at("/data/servers/3/reason").asText()).contains("has no cPHulk");
    assertThat(others.get(0).kept().path("white").has(OFFICE)).isTrue();
  }

  @Test
  void whatWhmRefusesIsToldOfTheAddressAlone() {
    var answer =
        call(NAME, "list_name", "black", "ip", "192.0.2.9/24", "ip", OFFICE, "comment", "a");

    assertThat(result(answer)).isZero();
    assertThat(reason(answer))
        .isEqualTo("It is not done for 1 of 2 addresses on " + server.name()
            + ": 192.0.2.9/24; data.ips_failed says why.");
    assertThat(data(answer).path("ips_added").path(0).asText()).isEqualTo(OFFICE);
    assertThat(data(answer).at("/ips_failed").path("192.0.2.9/24").asText())
        .isEqualTo("Invalid IP address or range: \"192.0.2.9/24\"");
  }

  @Test
  void aDisabledCphulkIsRefusedInWhmsWordsUnlessSkipped() {
    server.keep(false, "{}", "{}", "[]");

    assertThat(reason(call(NAME, "list_name", "white", "ip", OFFICE)))
        .isEqualTo("cPHulk is disabled on the server.");
    assertThat(server.kept().path("white").isEmpty()).isTrue();

    var answer = call(NAME, "list_name", "white", "ip", OFFICE, "skip_enabled_check", "1");
    assertThat(result(answer)).as("%s", answer).isEqualTo(1);
  }

  /** It was the grant's; now it is somebody's, and stays. */
  @Test
  void anEntryThatAGrantNeedsIsTheCallersFromThenOn() {
    var support = vendorsCase();
    server.keep(true, "{'203.0.113.0/24':'latchkey'}", "{}", "[]");

    call(NAME, "list_name", "white", "ip", "203.0.113.0/24", "comment", "agency");

    support.revoke();
    assertThat(server.kept().at("/white").path("203.0.113.0/24").asText()).isEqualTo("agency");
  }

  private SupportCase vendorsCase() {
    var support = fleet.supportCase(owner, server.server());
    support.grant();
    return support;
  }

  /** Data of a stranger: neither other addresses than were asked for, nor what is no number. */
  @Test
  void whatTheServerStatesIsHeldAgainstWhatWasAskedFor() {
    var retold = RetoldServer.of(server.server());
    retold.say(
        "{'top':{'outcome':'DONE','action':{'verb':'enter_hulk','done':true,'hulk':{'added':['203.0.113.9','<b>'],"
            + "'failed':[{'ip':'192.0.2.8','why':'no\\u001b[31m'}],'blocks':-1,'bans':'7','restart_ssh':1,"
            + "'warning_ssh':'restart it','whitelisted':2}}}}");

    var answer = call(NAME, "list_name", "white", "ip", OFFICE, "ip", "192.0.2.8");

    assertThat(result(answer)).as("%s", answer).isZero();
    assertThat(data(answer).path("ips_added").isEmpty()).isTrue();
    assertThat(data(answer).at("/ips_failed").path(OFFICE).asText())
        .contains("does not say what it did");
    assertThat(data(answer).at("/ips_failed").path("192.0.2.8").asText()).isEqualTo("no\uFFFD[31m");
    assertThat(data(answer).has("ip_blocks_removed")).isFalse();
    assertThat(data(answer).has("iptable_bans_removed")).isFalse();
    assertThat(data(answer).has("requester_ip_is_whitelisted")).isFalse();
    assertThat(data(answer).path("restart_ssh").asInt()).isEqualTo(1);
    assertThat(data(answer).path("warning_ssh").asText()).isEqualTo("restart it");
  }

  @Test
  void aServerWithoutItSaysWhatToDo() {
    var without = fleet.server(owner);

    assertThat(reason(callFor(without.name(), NAME, "list_name", "white", "ip", OFFICE)))
        .contains(without.name() + " states: it is a folder that stands for a server, and has no"
            + " cPHulk; a program /usr/sbin/whmapi1 in the folder is taken for cPanel's, and"
            + " docs/laptop.md names one to try this with.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "grey|192.0.2.1||list_name: “grey” is neither white nor black.",
        "white|192.0.2.300||ip: “192.0.2.300” is not an IP address or CIDR range",
        "white|192.0.2.9-192.0.2.1||ip: “192.0.2.9-192.0.2.1” is not a range; use two addresses",
        "white|192.0.2.1-2001:db8::1||is not a range",
        "white|192.0.2.0/2||ip: “192.0.2.0/2” is too wide; use at most /8 of IPv4 and /16 of IPv6.",
        "black|10.0.0.0-12.0.0.0||is too wide",
        "black|2001::-3001::||is too wide",
        "white|--help||ip: ",
        "white|192.0.2.1|latchkey|comment: “latchkey” is the comment of entries that end with a grant",
      })
  void badInputIsRefusedWithWhatWouldBeRight(
      String list, String ip, String comment, String reason) {
    var answer = comment == null
        ? call(NAME, "list_name", list, "ip", ip)
        : call(NAME, "list_name", list, "ip", ip, "comment", comment);

    assertThat(reason(answer)).contains(reason);
  }

  @Test
  void whatIsMissingOrTooMuchIsRefused() {
    assertThat(reason(call(NAME, "list_name", "white"))).contains("ip: is missing");
    assertThat(reason(call(NAME, "ip", OFFICE))).contains("list_name: is missing");
    assertThat(reason(call(NAME, "list_name", "white", "ip", OFFICE, "comment", "a\nb")))
        .contains("comment: has a character that cannot be shown");
    assertThat(reason(call(NAME, "list_name", "white", "ip", OFFICE, "comment", "a".repeat(101))))
        .contains("comment: is longer than 100 characters.");
    var many = IntStream.rangeClosed(1, 41)
        .boxed()
        .flatMap(i -> Stream.of("ip-" + i, "192.0.2." + i))
        .toArray(String[]::new);
    var arguments = new ArrayList<>(List.of("list_name", "white"));
    arguments.addAll(List.of(many));
    assertThat(reason(call(NAME, arguments.toArray(String[]::new))))
        .contains("ip: there are 41 of them, and 40 are the most of one call.");
  }

  @Test
  void theOwnerOfAServerMayNotWithoutAll() {
    var own = reseller(Privilege.SSH_KEYS, Privilege.SUPPORT_ACCESS);

    assertThat(own.failure(NAME, "list_name", "white", "ip", OFFICE))
        .isEqualTo("Permission denied: create_cphulk_record requires the privilege “all”.");
  }
}
