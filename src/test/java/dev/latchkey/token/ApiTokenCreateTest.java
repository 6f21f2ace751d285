package dev.latchkey.token;

import static dev.latchkey.access.Privilege.KILL_ACCT;
import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.TokenValue;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ApiTokenCreateTest extends WhmTest {
  @Test
  void showsTheTokenAndHowFarItReaches() {
    var expires = Instant.now().plusSeconds(3600).getEpochSecond();

    var data = reseller(MANAGE_API_TOKENS, KILL_ACCT)
        .data(
            "api_token_create",
            "token_name",
            "example",
            "acl",
            "kill-acct",
            "expires_at",
            Long.toString(expires),
            "whitelist_ip-0",
            "1.1.1.1",
            "whitelist_ip-1",
            "1.1.1.8/29",
            "whitelist_ip-2",
            "fc00:abcd::f");

    assertThat(data.path("name").asText()).isEqualTo("example");
    assertThat(TokenValue.parse(data.path("token").asText())).isPresent();
    assertThat(data.path("acls").toString()).isEqualTo("[\"kill-acct\"]");
    assertThat(data.path("expires_at").asLong()).isEqualTo(expires);
    assertThat(data.path("create_time").isIntegralNumber()).isTrue();
    assertThat(data.path("whitelist_ips").toString())
        .isEqualTo("[\"1.1.1.1\",\"1.1.1.8/29\",\"fc00:abcd:0000:0000:0000:0000:0000:000f\"]");
  }

  @Test
  void theNewTokenWorks() {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var value = WhmClient.of(account)
        .data("api_token_create", "token_name", "worker", "acl", "list-accts")
        .path("token")
        .asText();

    var worker = WhmClient.of(account.with(TokenValue.parse(value).orElseThrow()));

    assertThat(worker.data("myprivs").at("/privileges/0/list-accts").asInt()).isEqualTo(1);
    assertThat(worker.data("myprivs").at("/privileges/0/manage-api-tokens").asInt())
        .isZero();
  }

  @Test
  void rootsTokenWithoutAclMayDoEverything() {
    var data = root().data("api_token_create", "token_name", "everything-" + System.nanoTime());

    assertThat(data.path("acls").toString()).isEqualTo("[\"all\"]");
    assertThat(data.path("expires_at").isNull()).isTrue();
    assertThat(data.path("whitelist_ips").isNull()).isTrue();
  }

  @Test
  void aResellersTokenWithoutAclHasThePrivilegesOfThatMoment() {
    var data =
        reseller(MANAGE_API_TOKENS, KILL_ACCT).data("api_token_create", "token_name", "mine");

    assertThat(data.path("acls").toString()).isEqualTo("[\"manage-api-tokens\",\"kill-acct\"]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acl=",
        "acl-1=",
        "acl[]=",
        "acl[0]=",
        "acls=list-accts",
        "acl-create-acct=1",
        "ACL=list-accts"
      })
  void anAclThatIsEmptyOrMisspelledIsRefusedAndNeverReadAsAll(String argument) {
    var client = reseller(MANAGE_API_TOKENS, LIST_ACCTS);

    var answer = WhmClient.json(
        client.raw().get("/json-api/api_token_create?api.version=1&token_name=x&" + argument));

    var name = argument.startsWith("acl-1") || argument.startsWith("acl[")
        ? "acl"
        : argument.split("=")[0];
    assertThat(WhmClient.reasonOfFailure(answer)).contains(name);
    assertThat(client.data("api_token_list").path("tokens").has("x")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[null]", "\"\""})
  void anEmptyListIsRefusedAndNeverReadAsAll(String acl) {
    var client = reseller(MANAGE_API_TOKENS);
    var body = "{\"api.version\":1,\"token_name\":\"x\",\"acl\":" + acl + "}";

    assertThat(WhmClient.reasonOfFailure(client.postJson("api_token_create", body)))
        .contains("acl: is empty");
    assertThat(client.data("api_token_list").path("tokens").has("x")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "token_name | a b | “a b” is not a valid token name",
        "token_name | aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeef | 1 to 50",
        "acl | upgrade-acct | did you mean “upgrade-account”?",
        "acl | create-acct | “create-acct” is not among the privileges",
        "acl | all | “all” is not among the privileges",
        "expires_at | yesterday | “yesterday” is not a whole number",
        "expires_at | -1 | “-1” is out of range",
        "expires_at | 1000000000 | is in the past",
        "expires_at | 99999999999999999999 | out of range",
        "whitelist_ip | 1.2.3 | “1.2.3” is not an IP address or CIDR range",
        "whitelist_ip | 1.2.3.4/33 | is not an IP address or CIDR range",
        "whitelist_ip | fe80::1%eth0 | is not an IP address or CIDR range",
        "api.quota | many | “many” is not a whole number",
      })
  void badInputIsRefusedByNameWithWhatWouldBeRight(String parameter, String value, String reason) {
    var client = reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var arguments = parameter.equals("token_name")
        ? new String[] {parameter, value}
        : new String[] {"token_name", "bad", parameter, value};

    assertThat(client.failure("api_token_create", arguments))
        .matches("API failure: \\(XID [a-z2-9]{6}\\) .*")
        .contains(parameter, reason);
    assertThat(client.data("api_token_list").path("tokens").has("bad")).isFalse();
  }

  @Test
  void aMissingNameIsNamed() {
    assertThat(reseller(MANAGE_API_TOKENS).failure("api_token_create"))
        .contains("token_name: is missing");
  }

  @Test
  void aHundredAddressesAreTakenAndOneMoreIsRefused() {
    var client = reseller(MANAGE_API_TOKENS);

    var hundred = client.data("api_token_create", addresses("hundred", 100)).path("whitelist_ips");

    assertThat(hundred.size()).isEqualTo(100);
    assertThat(client.failure("api_token_create", addresses("more", 101)))
        .contains("whitelist_ip: 101 addresses");
  }

  private static String[] addresses(String name, int count) {
    return IntStream.rangeClosed(0, count)
        .boxed()
        .flatMap(i -> i == 0
            ? Stream.of("token_name", name)
            : Stream.of("whitelist_ip-" + i, "2001:db8::" + Integer.toHexString(i)))
        .toArray(String[]::new);
  }

  @Test
  void aNameIsTakenOnce() {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "twice");

    assertThat(client.failure("api_token_create", "token_name", "twice"))
        .contains("token_name", "“twice” already");
  }

  @Test
  void whatIsNotNamedIsInheritedFromTheCallersToken() {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS);
    var expires = Long.toString(Instant.now().plusSeconds(600).getEpochSecond());
    var parent = WhmClient.of(account)
        .data(
            "api_token_create",
            "token_name",
            "parent",
            "expires_at",
            expires,
            "whitelist_ip-1",
            "127.0.0.0/8",
            "whitelist_ip-2",
            "::1",
            "api.quota",
            "100");
    var child = WhmClient.of(
            account.with(TokenValue.parse(parent.path("token").asText()).orElseThrow()))
        .data("api_token_create", "token_name", "child", "api.quota", "40");

    assertThat(child.path("expires_at").asText()).isEqualTo(expires);
    assertThat(child.path("whitelist_ips")).isEqualTo(parent.path("whitelist_ips"));
    assertThat(child.path("quota").asLong()).isEqualTo(40);
  }

  @ParameterizedTest
  @CsvSource({
    "expires_at,0",
    "expires_at,253402300799",
    "whitelist_ip,any",
    "whitelist_ip,0.0.0.0/0",
    "whitelist_ip,127.0.0.0/7",
    "api.quota,0",
    "api.quota,101",
    "acl,kill-acct"
  })
  void aTokenNeverMakesAWiderOne(String parameter, String value) {
    var account = accounts.reseller(MANAGE_API_TOKENS, LIST_ACCTS, KILL_ACCT);
    var expires = Long.toString(Instant.now().plusSeconds(600).getEpochSecond());
    var parent = WhmClient.of(account)
        .data(
            "api_token_create",
            "token_name",
            "parent",
            "acl",
            "manage-api-tokens",
            "expires_at",
            expires,
            "whitelist_ip-1",
            "127.0.0.0/8",
            "whitelist_ip-2",
            "::1",
            "api.quota",
            "100");
    var client = WhmClient.of(
        account.with(TokenValue.parse(parent.path("token").asText()).orElseThrow()));

    assertThat(client.failure("api_token_create", "token_name", "wider", parameter, value))
        .contains(parameter);
  }
}
