package dev.latchkey.wire;

import static dev.latchkey.access.Privilege.CREATE_ACCT;
import static dev.latchkey.access.Privilege.EDIT_ACCOUNT;
import static dev.latchkey.access.Privilege.KILL_ACCT;
import static dev.latchkey.access.Privilege.LIMIT_BANDWIDTH;
import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static dev.latchkey.access.Privilege.SUSPEND_ACCT;
import static dev.latchkey.access.Privilege.UPGRADE_ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.api.Functions;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WayIn;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples of the founding documents, and an answer of every function; see {@code golden/README.md}. */
@QuarkusTest
@InProcess
@WayIn
class GoldenTest extends WhmTest {
  private static final long IN_NOVEMBER_2026 = 1_795_176_000;
  private static final long CREATED = 1_483_625_276;
  private static final long CREATED_LATER = 1_500_503_835;
  private static final long EXPIRES = 1_609_372_800;

  @Inject
  Functions functions;

  @Test
  void everyFunctionHasAGolden() {
    assertThat(functions.declarations()).allSatisfy(function -> {
      var own = Golden.class.getResource("/golden/" + function.name() + ".json");
      var founding = Stream.of("000", "001", "002", "003", "004")
          .anyMatch(
              seed -> Golden.class.getResource("/golden/" + seed + "-" + function.name() + ".json")
                  != null);
      assertThat(own != null || founding).as(function.name()).isTrue();
    });
  }

  @Test
  void document001ApiTokenRevoke() {
    var client = reseller(MANAGE_API_TOKENS);
    for (var api : new String[] {"json-api", "xml-api"}) {
      client.data("api_token_create", "token_name", "subway");
      client.data("api_token_create", "token_name", "job");
      var answer = client
          .raw()
          .get("/cpsess1234567890/" + api
              + "/api_token_revoke?api.version=1&token_name-1=subway&token_name-2=job")
          .asString();
      if (api.equals("json-api")) {
        assertThat(WhmClient.parse(answer)).isEqualTo(Golden.json("001-api_token_revoke.json"));
      } else {
        assertThat(Golden.canonical(answer))
            .isEqualTo(Golden.canonical(Golden.text("001-api_token_revoke.xml")));
      }
    }
  }

  @Test
  void document002ApiTokenList() {
    assertGolden(
        reseller(MANAGE_API_TOKENS).get("api_token_list"), Golden.json("002-api_token_list.json"));
  }

  @Test
  void document002ApiTokenRevoke() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "subway");
    var golden = Golden.json("002-api_token_revoke.json");
    golden.putObject("data");

    assertGolden(client.get("api_token_revoke", "token_name", "subway"), golden);
  }

  @Test
  void document002ApiTokenUpdate() {
    try (var clock = TestClock.stoppedAt(CREATED)) {
      var client = reseller(MANAGE_API_TOKENS);
      client.data("api_token_create", "token_name", "token");

      assertGolden(
          client.get(
              "api_token_update",
              "token_name",
              "token",
              "acl",
              "manage-api-tokens",
              "expires_at",
              Long.toString(EXPIRES),
              "new_name",
              "example",
              "whitelist_ip",
              "192.168.0.1"),
          Golden.json("002-api_token_update.json"));
    }
  }

  @Test
  void document004ApiTokenListJson() {
    var client = resellerOfTheExample(
        CREATED_LATER,
        UPGRADE_ACCOUNT,
        CREATE_ACCT,
        EDIT_ACCOUNT,
        LIMIT_BANDWIDTH,
        SUSPEND_ACCT,
        LIST_ACCTS);
    var golden = Golden.json("004-api_token_list.json");
    var example = (ObjectNode) golden.at("/data/tokens/example");
    example.putNull("whitelist_ips");
    example.putNull("last_used").putNull("last_ip").put("calls_this_month", 0);
    ((ObjectNode) example.path("acls")).put("manage-api-tokens", 0);

    var answer = (ObjectNode) client.get("api_token_list");
    ((ObjectNode) answer.at("/data/tokens")).remove("first");
    assertGolden(answer, golden);
  }

  @Test
  void document004ApiTokenListXml() {
    var client = resellerOfTheExample(
        CREATED,
        KILL_ACCT,
        LIST_ACCTS,
        UPGRADE_ACCOUNT,
        CREATE_ACCT,
        EDIT_ACCOUNT,
        LIMIT_BANDWIDTH);
    var golden = Golden.text("004-api_token_list.xml")
        .replace(
            "</acls>",
            "<manage-api-tokens>0</manage-api-tokens></acls><whitelist_ips null=\"true\"/>"
                + "<last_used null=\"true\"/><last_ip null=\"true\"/><calls_this_month>0</calls_this_month>");

    var answer = client
        .raw()
        .get("/cpsess1234567890/xml-api/api_token_list?api.version=1")
        .asString()
        .replaceFirst("<first>.*</first>", "");

    assertThat(Golden.canonical(answer)).isEqualTo(Golden.canonical(golden));
  }

  /** The example's token has none of its user's privileges: it was made when the user had others. */
  private WhmClient resellerOfTheExample(long created, Privilege... privileges) {
    try (var clock = TestClock.stoppedAt(created)) {
      var all = Arrays.copyOf(privileges, privileges.length + 1);
      all[privileges.length] = MANAGE_API_TOKENS;
      Account account = accounts.reseller(all);
      var scope = new Scope(
          Privileges.of(Privilege.STATUS),
          Optional.of(Instant.ofEpochSecond(EXPIRES)),
          Optional.empty(),
          OptionalLong.empty());
      accounts.token(account.user(), "example", scope);
      return WhmClient.of(account);
    }
  }

  @Test
  void apiTokenCreate() {
    try (var clock = TestClock.stoppedAt(CREATED)) {
      var client = reseller(MANAGE_API_TOKENS, KILL_ACCT, LIST_ACCTS);
      assertGolden(
          client.get(
              "api_token_create",
              "token_name",
              "example",
              "acl",
              "kill-acct",
              "expires_at",
              Long.toString(EXPIRES),
              "whitelist_ip-0",
              "1.1.1.1",
              "whitelist_ip-1",
              "1.1.1.8/29",
              "whitelist_ip-2",
              "fc00:abcd::f"),
          Golden.json("api_token_create.json"));
      client.data("api_token_revoke", "token_name", "example");
      var xml = client
          .raw()
          .get(
              "/xml-api/api_token_create?api.version=1&token_name=example&acl-1=kill-acct&acl-2=list-accts")
          .asString()
          .replaceFirst("<token>[A-Z0-9]{32}</token>", "<token>…</token>");
      assertThat(Golden.canonical(xml))
          .isEqualTo(Golden.canonical(Golden.text("api_token_create.xml")));
    }
  }

  @Test
  void apiTokenRotate() {
    try (var clock = TestClock.stoppedAt(CREATED)) {
      var client = reseller(MANAGE_API_TOKENS, KILL_ACCT);
      client.data("api_token_create", "token_name", "example", "acl", "kill-acct");
      String[] rotate = {"token_name", "example", "grace", "3600"};
      assertGolden(client.get("api_token_rotate", rotate), Golden.json("api_token_rotate.json"));
      var xml = client
          .raw()
          .get("/xml-api/api_token_rotate?api.version=1&token_name=example&grace=0")
          .asString()
          .replaceFirst("<token>[A-Z0-9]{32}</token>", "<token>…</token>")
          .replaceFirst("example-rotated-[0-9a-f]{8}", "example-rotated-…");
      assertThat(Golden.canonical(xml))
          .isEqualTo(Golden.canonical(Golden.text("api_token_rotate.xml")));
    }
  }

  @Test
  void apiTokenAdvise() {
    try (var clock = TestClock.stoppedAt(1791158400L)) {
      var account = accounts.reseller(MANAGE_API_TOKENS, KILL_ACCT);
      var made = WhmClient.of(account).data("api_token_create", "token_name", "example");
      var example = WhmClient.of(
          account.with(TokenValue.parse(made.path("token").asText()).orElseThrow()));
      example.data("version");
      example.data("api_token_list");
      example.data("api_token_list");
      TestClock.stoppedAt(1795953600L);
      String[] named = {"token_name", "example"};
      assertGolden(
          WhmClient.of(account).get("api_token_advise", named),
          Golden.json("api_token_advise.json"));
      var xml = WhmClient.of(account)
          .raw()
          .get("/xml-api/api_token_advise?api.version=1&token_name=example")
          .asString()
          .replaceFirst("<non_fatals>.*</non_fatals>", "<non_fatals>…</non_fatals>");
      assertThat(Golden.canonical(xml))
          .isEqualTo(Golden.canonical(Golden.text("api_token_advise.xml")));
    }
  }

  @Test
  void apiTokenGetDetailsAndAuditList() {
    try (var clock = TestClock.stoppedAt(CREATED)) {
      var client = reseller(MANAGE_API_TOKENS, KILL_ACCT);
      var token = client
          .data("api_token_create", "token_name", "example", "acl", "kill-acct")
          .path("token")
          .asText();

      assertGolden(
          client.post("api_token_get_details", "token", token),
          Golden.json("api_token_get_details.json"));
      assertGolden(client.get("audit_list"), Golden.json("audit_list.json"));
    }
  }

  @Test
  void usageReport() {
    try (var clock = TestClock.stoppedAt(IN_NOVEMBER_2026)) {
      var client = reseller(MANAGE_API_TOKENS);
      client.data("version");
      assertGolden(client.get("usage_report"), Golden.json("usage_report.json"));
      var xml = client
          .raw()
          .get("/xml-api/usage_report?api.version=1&group=token")
          .asString()
          .replaceAll("<token_id>[0-9a-f]{16}</token_id>", "<token_id>…</token_id>")
          .replaceAll("<user>reseller[0-9]+</user>", "<user>…</user>");
      assertThat(Golden.canonical(xml))
          .isEqualTo(Golden.canonical(Golden.text("usage_report.xml")));
    }
  }

  @Test
  void theFunctionsForAnyCaller() {
    assertGolden(reseller().get("version"), Golden.json("version.json"));
    assertGolden(reseller().get("gethostname"), Golden.json("gethostname.json"));
    assertGolden(reseller().get("applist"), Golden.json("applist.json"));
    assertGolden(
        reseller(LIST_ACCTS, MANAGE_API_TOKENS).get("myprivs"), Golden.json("myprivs.json"));
    assertGolden(
        reseller().get("batch", "command", "gethostname", "command", "nothing"),
        Golden.json("batch.json"));
    assertXml("applist", "applist.xml");
    assertXml("batch", "batch.xml", "command", "gethostname", "command", "nothing");
  }

  private void assertXml(String function, String golden, String... arguments) {
    var xml = reseller()
        .raw()
        .get("/xml-api/" + function + "?api.version=1&" + WhmClient.form(arguments))
        .asString();
    assertThat(Golden.canonical(xml)).isEqualTo(Golden.canonical(Golden.text(golden)));
  }

  private static void assertGolden(JsonNode answer, JsonNode golden) {
    assertThat(Golden.leavingOut(answer, golden)).isEqualTo(golden);
  }
}
