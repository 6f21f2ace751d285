package dev.latchkey.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Privilege;
import dev.latchkey.testing.Counters;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.testing.Whole;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;

/** {@code wire/RoleTest} holds of every function that its dry run changes nothing; here is what a dry run says. */
@QuarkusTest
@InProcess
@DrivesAgent
class DryRunTest extends WhmTest {
  private static final String DONE = "Nothing was changed: this was a dry run.";

  @Inject
  Fleet fleet;

  @Inject
  Counters counters;

  @Inject
  DynamoDbAsyncClient dynamoDb;

  @Test
  void aGrantIsToldByTableAndServer() {
    var support = fleet.supportCase();
    var before = Whole.of(dynamoDb, support.server().folder());

    var answer = support.grant("api.dry_run", "1");

    assertThat(Whole.of(dynamoDb, support.server().folder())).isEqualTo(before);
    assertThat(answer.at("/metadata/reason").asText()).isEqualTo(DONE);
    assertThat(answer.at("/data/would/0/audit").asText())
        .startsWith(
            "granted ticket " + support.ticket() + " on " + support.server().name());
    var row = answer.at("/data/servers/0");
    assertThat(row.path("server").asText()).isEqualTo(support.server().name());
    assertThat(row.path("generation").asInt()).isOne();
    assertThat(row.at("/would/0/what").asText()).isEqualTo("line");
    assertThat(row.at("/would/0/file").asText()).isEqualTo("/root/.ssh/authorized_keys");
    support.grant();
    assertThat(support.letsVendorIn()).isTrue();
  }

  @Test
  void aRevokeIsToldAndTheVendorStays() {
    var support = fleet.supportCase();
    support.grant();

    var row = support.revoke("api.dry_run", "1").at("/data/servers/0");

    assertThat(row.at("/would/0/change").asText())
        .startsWith("The line of ticket " + support.ticket() + " is taken out: SHA256:");
    assertThat(support.letsVendorIn()).isTrue();
  }

  @Test
  void aTokenIsNotMadeAndHasNoValue() {
    var client = reseller(Privilege.MANAGE_API_TOKENS);

    var data = client.data("api_token_create", "token_name", "ci", "api.dry_run", "1");

    assertThat(data.at("/would/0/audit").asText()).startsWith("token “ci”");
    assertThat(data.toString()).doesNotContainPattern("\"[A-Z0-9]{32}\"");
    assertThat(client.data("api_token_list").toString()).doesNotContain("\"ci\"");
  }

  @Test
  void whatTheChangeWouldRefuseItsDryRunRefuses() {
    var client = reseller(Privilege.MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "ci");

    assertThat(
            withoutXid(client.failure("api_token_create", "token_name", "ci", "api.dry_run", "1")))
        .isEqualTo(withoutXid(client.failure("api_token_create", "token_name", "ci")));
    assertThat(client.failure("api_token_update", "token_name", "no", "api.dry_run", "1"))
        .isNotEmpty();
  }

  @Test
  void whatTheServerWouldRefuseItsDryRunRefuses() {
    var support = fleet.supportCase();

    var answer = support.grant("ssh_username", "nobody", "api.dry_run", "1");

    assertThat(answer.at("/metadata/result").asInt()).isZero();
    assertThat(answer.at("/metadata/reason").asText())
        .startsWith(DONE)
        .endsWith(support.server().name() + ": there is no account nobody");
    assertThat(answer.at("/data/dry_run").asInt()).isOne();
  }

  @Test
  void ofSeveralTokensThoseThatAreThereAndWhichAreNot() {
    var client = reseller(Privilege.MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "a");

    var answer = client.post(
        "api_token_revoke", "token_name-1", "a", "token_name-2", "b", "api.dry_run", "1");

    assertThat(answer.at("/metadata/result").asInt()).isZero();
    assertThat(answer.at("/metadata/reason").asText()).contains("you have no token named “b”");
    assertThat(answer.at("/data/would/0/audit").asText()).contains("a");
    client.data("api_token_revoke", "token_name", "a");
  }

  /** Two changes of one call: that of the token, and that of the server on which it granted. */
  @Test
  void whatATokenGaveIsToldToo() {
    var support = fleet.supportCase();
    var name = "giver";
    var value = support
        .client()
        .data("api_token_create", "token_name", name)
        .path("token")
        .asText();
    var giver = new WhmClient(support.client().authorization().replaceFirst(":.*", ":" + value));
    new SupportCase(giver, support.server(), support.key(), support.ticket(), support.secureId())
        .grant();

    var data = support
        .client()
        .data("api_token_revoke", "token_name", name, "api.end_grants", "1", "api.dry_run", "1");

    assertThat(data.at("/would/1/audit").asText())
        .isEqualTo("ended 1 grants on " + support.server().name() + " that a revoked token gave");
    assertThat(data.at("/servers/0/would/0/change").asText()).contains("is taken out");
    assertThat(support.letsVendorIn()).isTrue();
    giver.data("myprivs");
  }

  @Test
  void theEndOfATicketIsToldByServer() {
    var support = fleet.supportCase();
    support.grant();

    var data =
        support.client().data("ticket_close", "ticket_id", support.ticket(), "api.dry_run", "1");

    assertThat(data.at("/would/0/audit").asText()).isEqualTo("closed ticket " + support.ticket());
    assertThat(data.at("/servers/0/would/0/change").asText()).contains("is taken out");
    assertThat(support.client().data("ticket_list").at("/auths/0/ticket_status").asText())
        .isEqualTo("OPEN");
  }

  @Test
  void aServerThatDoesNotAnswerIsNotKnown() {
    var support = fleet.supportCase();
    LocalSystemsManager.running().deregister(support.server().id());

    var answer = support.grant("api.dry_run", "1", "api.wait", "0");

    assertThat(answer.at("/metadata/result").asInt()).isOne();
    assertThat(answer.at("/metadata/reason").asText()).contains("is not known");
    assertThat(answer.at("/data/servers/0/known").asInt()).isZero();
    assertThat(answer.at("/data/would")).hasSize(1);
  }

  @Test
  void noAgentIsInstalledForIt() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.serverWithoutAgent(owner));
    var before = Whole.of(dynamoDb, support.server().folder());

    var row = support.grant("api.dry_run", "1").at("/data/servers/0");

    assertThat(row.path("reason").asText()).contains("does not have the agent of this release");
    assertThat(Whole.of(dynamoDb, support.server().folder())).isEqualTo(before);
  }

  @Test
  void ofManyServersEachIsToldInOneCommand() {
    var owner = fleet.owner();
    var client = WhmClient.of(owner);
    var one = fleet.server(owner);
    var other = fleet.server(owner);
    var key = Keys.ed25519();
    client.data("authorizesshkey", "text", Keys.ed25519(), "authorize", "1", "api.server", "*");
    SdkProbe.reset();

    var data = client.data(
        "authorizesshkey", "text", key, "authorize", "1", "api.server", "*", "api.dry_run", "1");

    assertThat(SdkProbe.requests()).filteredOn("SendCommand"::equals).hasSize(1);
    assertThat(data.path("servers"))
        .hasSize(2)
        .allSatisfy(row -> assertThat(row.at("/would/0/change").asText()).contains("is put in"));
    for (var server : List.of(one, other)) {
      assertThat(Fleet.authorizedKeys(server)).content().doesNotContain(key);
    }
  }

  @Test
  void aBatchMayHaveSome() {
    var client = reseller(Privilege.MANAGE_API_TOKENS);

    var data = client.data(
        "batch",
        "command-1",
        "api_token_create?token_name=a&api.dry_run=1",
        "command-2",
        "api_token_create?token_name=b");

    assertThat(data.at("/result/0/data/dry_run").asInt()).isOne();
    assertThat(data.at("/result/1/data/token").asText()).hasSize(32);
    assertThat(client.failure("batch", "command", "version", "api.dry_run", "1"))
        .endsWith(
            "api.dry_run: batch changes nothing by itself; leave it out, or give it to what does.");
  }

  @Test
  void itIsCountedAsACall() {
    var account = accounts.reseller(Privilege.MANAGE_API_TOKENS);
    var before = calls(account.user());

    WhmClient.of(account).data("api_token_create", "token_name", "a", "api.dry_run", "1");

    assertThat(calls(account.user())).isEqualTo(before + 1);
  }

  private long calls(String user) {
    return counters.onCredentials(user).entrySet().stream()
        .filter(counted -> counted.getKey().startsWith("calls_"))
        .mapToLong(counted -> counted.getValue())
        .sum();
  }

  @Test
  void otherWordsAreRefused() {
    var client = reseller(Privilege.MANAGE_API_TOKENS);

    assertThat(client.failure("api_token_create", "token_name", "a", "api.dry_run", "yes"))
        .contains("api.dry_run: “yes” is neither 1 nor 0.");
    for (var slip :
        new String[] {"dry_run", "api.dryrun", "api.dry-run", "api_dry_run", "API.DRY_RUN"}) {
      assertThat(client.failure("api_token_create", "token_name", "a", slip, "1"))
          .as(slip)
          .contains("did you mean “api.dry_run”?");
    }
    assertThat(client.failure("version", "api.dry_run", "1"))
        .contains("version changes nothing by itself");
  }

  /** What is asked twice is asked with a condition that never holds. */
  @Test
  void anAnswerOfTheTableThatIsLostChangesNothing() {
    var client = reseller(Privilege.MANAGE_API_TOKENS);
    SdkProbe.reset();
    var lost = new AtomicInteger();
    SdkProbe.failBefore(
        request -> request instanceof TransactWriteItemsRequest && lost.getAndIncrement() == 0
            ? Optional.of(ApiCallTimeoutException.create(1))
            : Optional.empty());

    client.data("api_token_create", "token_name", "a", "api.dry_run", "1");

    assertThat(lost).hasValue(2);
    assertThat(client.data("api_token_list").toString()).doesNotContain("\"a\"");
  }

  private static String withoutXid(String reason) {
    return reason.replaceFirst("XID [a-z0-9]+", "XID");
  }

  @Test
  void inXmlItIsTheSame() {
    var client = reseller(Privilege.MANAGE_API_TOKENS);

    var xml = client
        .raw()
        .get("/xml-api/api_token_create?api.version=1&token_name=a&api.dry_run=1")
        .asString();

    assertThat(xml).contains("<dry_run>1</dry_run>").containsPattern("<would>.*<audit>token “a”");
  }
}
