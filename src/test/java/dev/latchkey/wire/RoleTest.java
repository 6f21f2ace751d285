package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latchkey.access.AddressList;
import dev.latchkey.access.AddressRange;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.TokenValue;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Functions;
import dev.latchkey.generate.RoleStatements;
import dev.latchkey.reconcile.Reconciler;
import dev.latchkey.sam.DeployedRoles;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Browser;
import dev.latchkey.testing.CphulkServer;
import dev.latchkey.testing.Customer;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.IamPolicy;
import dev.latchkey.testing.IamRequest;
import dev.latchkey.testing.IamRequests;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.TestClock;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import dev.latchkey.testing.Whole;
import dev.latchkey.token.RootBootstrap;
import dev.latchkey.usage.Upkeep;
import io.quarkus.arc.All;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.ssm.model.SendCommandRequest;

/**
 * What each function asks of AWS is what its Lambda's role allows: nothing is refused in an account that went through
 * here, and nothing is declared for nothing.
 */
@QuarkusTest
@Order(1) // while there is little in the table: it reads all of it around each dry run
@InProcess
class RoleTest extends WhmTest {
  private static final String WAIT = "20";

  @Inject
  Functions functions;

  @Inject
  Fleet fleet;

  @Inject
  RootBootstrap bootstrap;

  @Inject
  Reconciler reconciler;

  @Inject
  @All
  List<Upkeep> upkeep;

  /** They decide nothing. */
  private static final Set<String> LISTS =
      Set.of("api_token_list", "fleet_drift", "fleet_key_list", "fleet_server_list", "ticket_list");

  /** Their answer has one, and is not given again. */
  private static final Set<String> SECRETS = Set.of(
      "create_user_session", "api_token_create", "api_token_rotate", "ticket_create_stub_ticket");

  private static final Set<String> OF_ONE_CALL = Set.of(
      "auth_time",
      "ended_grants",
      "non_fatals",
      "revoked_at",
      "revoked_by",
      "revoked_keys",
      "seen_at",
      "servers",
      "simulated");

  private static final DeployedRoles ROLES = DeployedRoles.read();
  private static final IamRequests IAM = new IamRequests(ROLES.resources());

  private static final String NOTHING_WAS_CHANGED = "Nothing was changed: this was a dry run.";

  @Inject
  DynamoDbAsyncClient dynamoDb;

  @Inject
  Store store;

  private Path onServer = Path.of(".");

  private final Set<String> called = new HashSet<>();
  private final SoftAssertions softly = new SoftAssertions();

  @Test
  void everyFunctionAsksForWhatItDeclares() {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    callOfResellers();
    onServer = server.folder();
    var client = WhmClient.of(owner);

    call(WhmClient.of(accounts.reseller(OptionalLong.of(10))), "version");
    call(WhmClient.of(addressed()), "version");
    call(client, "version");
    call(client, "gethostname");
    call(client, "applist");
    call(client, "myprivs");
    call(client, "batch", "command", "version");
    call(client, "audit_list");
    call(client, "audit_verify");
    call(client, "usage_report", "by", "day");
    call(client, "usage_report", "group", "token");
    call(client, "usage_report", "group", "user");
    var opener = accounts.reseller(Privilege.CREATE_USER_SESSION);
    String[] asItself = {"user", opener.user(), "service", "whostmgrd"};
    call(WhmClient.of(opener), "create_user_session", asItself);

    call(client, "api_token_create", "token_name", "a");
    var value = client.data("api_token_create", "token_name", "b").path("token").asText();
    call(client, "api_token_list");
    call(client, "api_token_get_details", "token", value);
    call(client, "api_token_update", "token_name", "a", "new_name", "c");
    call(client, "api_token_rotate", "token_name", "c");
    call(client, "api_token_advise", "token_name", "c");
    client.data("api_token_create", "token_name", "quota", "api.quota", "9");
    call(client, "api_token_rotate", "token_name", "quota", "grace", "0");
    client.data("api_token_revoke", "token_name-1", "b", "token_name-2", "c");
    upkeep.stream()
        .filter(work -> work.getClass().getSimpleName().startsWith("Sealing"))
        .forEach(work -> work.run().await().indefinitely());

    call(client, "fleet_server_list");
    call(client, "authorizesshkey", "text", Keys.ed25519(), "authorize", "1", "api.wait", WAIT);

    call(client, "importsshkey", "name", "a", "key", Keys.ed25519(), "api.wait", WAIT);
    String[] made = {"name", "b", "algorithm", "ed25519", "api.wait", WAIT};
    call(client, "generatesshkeypair", made);
    refusing(client, "check_remote_ssh_connection", "host", "127.0.0.1", "api.wait", WAIT);
    String[] key = {"fingerprint", PublicKey.parse(Keys.ed25519()).fingerprint(), "api.wait", WAIT};
    client.data("fleet_key_revoke", key);
    var another = fleet.server(owner); // so one has a receipt, and one gets an order
    call(client, "fleet_key_revoke", with(key, "api.server", "*"));
    root().data("fleet_server_remove", "name", another.name());
    call(client, "fleet_key_allow", key);
    call(client, "deletesshkey", "file", "a.pub", "leave_authorized", "0", "api.wait", WAIT);
    CphulkServer.of(server);
    var all = WhmClient.of(accounts.reseller(Privilege.ALL));
    String[] list = {"list_name", "white", "api.server", server.name(), "api.wait", WAIT};
    for (var change : List.of(
        "create_cphulk_record", "flush_cphulk_login_history_for_ips", "delete_cphulk_record")) {
      call(all, change, with(list, "ip", "192.0.2.1"));
    }

    call(client, "fleet_key_scan", "api.wait", WAIT);
    call(client, "fleet_key_list");
    call(client, "fleet_drift");
    call(client, "fleet_drift_acknowledge", "all", "1", "reason", "there before");

    call(client, "vendor_profile_set", "key", Keys.ed25519(), "from", "203.0.113.0/24");
    call(client, "vendor_profile_get");
    call(client, "support_agreement_set", "version", "1", "title", "Terms", "body", "Be good.");
    call(client, "ticket_get_support_agreement");
    call(client, "ticket_get_support_info");
    call(client, "ticket_update_service_agreement_approval", "version", "1");
    refusing(client, "ticket_validate_oauth2_code", "code", "1", "redirect_uri", "1");
    refusing(client, "convertopensshtoputty", "file", "id_rsa");
    refusing(client, "accesshash", "user", "1", "generate", "0");
    call(client, "ticket_create_stub_ticket");
    var ticket = client.data("ticket_create_stub_ticket");
    var id = ticket.path("ticket_id").asText();
    String[] first = {"ticket_id", id, "server_num", "1", "api.wait", WAIT};
    call(client, "ticket_key_set", "ticket_id", id, "ssh_username", "root");
    var grant = with(first, "secure_id", ticket.path("secure_id").asText());
    var revoke = with(first, "ssh_username", "root");
    call(client, "ticket_grant", grant);
    call(client, "ticket_ssh_test_start", "ticket_id", id, "server_num", "1");
    call(client, "ticket_ssh_test", first);
    call(root(), "fleet_server_reset", "api.server", server.name(), "hold", "1", "api.wait", WAIT);
    call(client, "ticket_hold_end", with(first, "ssh_username", "root", "let", "1"));
    for (var firewall : List.of("unsetup", "setup")) {
      call(client, "ticket_whitelist_" + firewall, "api.wait", WAIT);
    }
    call(client, "ticket_list");
    call(client, "ticket_server_add", "ticket_id", id);
    call(client, "ticket_revoke", revoke);
    call(client, "ticket_receipt", "ticket_id", id);
    call(client, "audit_export", "ticket_id", id);
    for (var look : List.of(
        "fleet_server_check",
        "listsshkeys",
        "ticket_whitelist_check",
        "read_cphulk_records",
        "cphulk_status")) {
      client.data("ticket_grant", grant);
      revoke[5] = "0"; // and so the next look proves it
      LocalSystemsManager.afterTheOrder(server.id(), () -> client.post("ticket_revoke", revoke));
      call(look.contains("cphulk") ? all : client, look, list);
    }
    var giver =
        client.data("api_token_create", "token_name", "giver").path("token").asText();
    WhmClient.of(owner.with(TokenValue.parse(giver).orElseThrow())).data("ticket_grant", grant);
    String[] giving = {"token_name", "giver", "api.end_grants", "1", "api.wait", WAIT};
    call(client, "api_token_revoke", giving);
    client.data("ticket_grant", grant);
    call(client, "ticket_close", "ticket_id", id, "api.wait", WAIT);
    var unproven = fleet.supportCase(owner, server);
    unproven.grant();
    closeWithoutAnOrder(unproven);
    call(client, "ticket_remove_closed", "api.wait", WAIT);

    call(
        root(),
        "fleet_server_update",
        "name",
        server.name(),
        "node",
        server.id(),
        "owner",
        fleet.owner().user(),
        "api.key_file",
        "managed",
        "api.wait",
        WAIT);
    RetoldServer.of(server).sayDone();
    call(
        root(),
        "fleet_server_remove",
        "name",
        server.name(),
        "api.uninstall",
        "1",
        "api.wait",
        WAIT);
    call(root(), "fleet_server_add", "name", server.name(), "node", server.id());
    call(root(), "fleet_hold", "cursor", "root#" + server.name().substring(0, 18));
    root().data("fleet_server_remove", "name", server.name());

    softly
        .assertThat(functions.declarations().stream()
            .map(Declaration::name)
            .filter(name -> !called.contains(name)))
        .as(
            "functions that this test does not call yet: add a line call(client, \"NAME\", …) above")
        .isEmpty();
    softly.assertAll();
  }

  /** One whose vendor has access, so that an end of it is ordered. */
  private void callOfResellers() {
    var customer = fleet.owner();
    var support = fleet.supportCase(customer, fleet.server(customer));
    support.grant();
    onServer = support.server().folder();
    var bob = fleet.owner().user();
    call(root(), "setupreseller", "user", Customer.name());
    call(root(), "listresellers");
    call(root(), "saveacllist", "acllist", "role-test", "acl-create-acct", "1");
    call(root(), "listacls");
    call(root(), "setacls", "reseller", bob, "acllist", "role-test");
    call(root(), "suspendreseller", "user", customer.user(), "api.wait", WAIT);
    call(root(), "unsuspendreseller", "user", customer.user());
    call(root(), "acctcounts", "user", customer.user());
    call(root(), "setresellerlimits", "user", customer.user(), "api.quota", "5000");
    root().data("fleet_server_remove", "name", support.server().name());
    call(root(), "unsetupreseller", "user", customer.user());
    var another = accounts.reseller(OptionalLong.of(10)).user();
    call(root(), "terminatereseller", "user", another, "terminatereseller", "1");
  }

  /** A session's calls ask for no more than a token's: their roles may note its use, and make none. */
  @Test
  void loginAndASessionsCallsAskForNoMoreThanTheirRolesAllow() {
    var account = accounts.reseller(Privilege.CREATE_USER_SESSION, Privilege.MANAGE_API_TOKENS);
    var start = Instant.now().getEpochSecond();
    try (var clock = TestClock.stoppedAt(start)) {
      SdkProbe.reset();
      var session = Browser.of(account);
      assertThat(refused(ROLES.of("Login"))).isEmpty();
      SdkProbe.reset();
      var url = session
          .data("create_user_session", "user", account.user(), "service", "whostmgrd")
          .path("url")
          .asText();
      assertThat(refused(ROLES.ofWhmFunction("create_user_session"))).isEmpty();
      SdkProbe.reset();
      var byLink = Browser.byLink(url);
      assertThat(byLink.raw().get(byLink.prefix() + "/logout").statusCode()).isEqualTo(303);
      assertThat(refused(ROLES.of("Login"))).isEmpty();
      assertThat(SdkProbe.actions()).contains("dynamodb:DeleteItem", "dynamodb:PutItem");

      TestClock.stoppedAt(start + 90);
      SdkProbe.reset();
      assertThat(session.withPrefix("/cpsess0000000000").status()).isEqualTo(403);
      session.data("version");
      assertThat(SdkProbe.written()).contains("X#" + account.user());
      assertThat(refused(ROLES.ofWhmFunction("version"))).isEmpty();
      SdkProbe.reset();
      session.data("api_token_create", "token_name", "a");
      assertThat(refused(ROLES.ofWhmFunction("api_token_create"))).isEmpty();
    }
  }

  /** A token with a list of addresses, whose admission is two requests. */
  private Account addressed() {
    var owner = fleet.owner();
    var list = new AddressList(List.of(AddressRange.parse("127.0.0.0/8")));
    return owner.with(accounts.token(
        owner.user(),
        "addressed",
        new Scope(Privileges.NONE, Optional.empty(), Optional.of(list), OptionalLong.of(5))));
  }

  /** Root is there for the one, and a grant expired for the other. */
  @Test
  void internalFunctionsAskForNoMoreThanTheirRolesAllow() {
    accounts.root();
    SdkProbe.reset();
    bootstrap.addRootToken(TokenValue.generate(new SecureRandom())).await().indefinitely();
    assertThat(refused(ROLES.of("Bootstrap"))).isEmpty();

    var support = fleet.supportCase();
    support.grant("api.ttl", "60");
    root().data("api_token_create", "token_name", "role-test");
    root().data("api_token_revoke", "token_name", "role-test");
    closeWithoutAnOrder(support);
    countLongAgo();
    try (var clock = TestClock.stoppedAt(Instant.now().plusSeconds(61).getEpochSecond())) {
      SdkProbe.reset();
      reconciler.run().await().atMost(Duration.ofMinutes(1));
      upkeep.forEach(work -> work.run().await().atMost(Duration.ofMinutes(1)));
      assertThat(SdkProbe.actions()).contains("ssm:SendCommand", "dynamodb:DeleteItem");
      assertThat(SdkProbe.sent("T#0123456789abcdef#a")).contains("TransactWriteItems");
      assertThat(refused(ROLES.of("Reconciler"))).isEmpty();
    }
    var closed = support.client().data("ticket_list", "ticket_status", "closed");
    assertThat(closed.at("/auths/0/ticket_id").asText()).isEqualTo(support.ticket());
  }

  /** By a token that is gone, in the month of which such are told together now. */
  private void countLongAgo() {
    var month = LocalDate.now(ZoneOffset.UTC).minusDays(365).minusMonths(1);
    var key = new Key(
        "M#root#%d%02d".formatted(month.getYear(), month.getMonthValue()), "T#0123456789abcdef#a");
    store
        .write(store
            .transaction()
            .put(Item.at(key).with("36", 1))
            .delete(new Key("BILLING", "WALK#TOGETHER")))
        .await()
        .indefinitely();
  }

  /** What the reconciler proves is the last of a closed ticket. */
  private static void closeWithoutAnOrder(SupportCase support) {
    SdkProbe.failBefore(request -> request instanceof SendCommandRequest
        ? Optional.of(SdkClientException.create("unreachable"))
        : Optional.empty());
    support.client().post("ticket_close", "ticket_id", support.ticket(), "api.wait", WAIT);
  }

  private static List<IamRequest> refused(IamPolicy role) {
    return IAM.refused(role);
  }

  private void call(WhmClient client, String name, String... arguments) {
    called.add(name);
    var declaration = functions.find(name).orElseThrow().declaration();
    var before = Optional.of(declaration)
        .filter(Declaration::isChanging)
        .map(changing -> Whole.of(dynamoDb, onServer));
    var says = before.isPresent() && saysWhatItWouldChange(before.get(), client, name, arguments);
    var keyed = declaration.isChanging()
        ? with(arguments, "api.idempotency_key", UUID.randomUUID().toString())
        : arguments;
    SdkProbe.reset();
    var data = client.data(name, keyed);
    softly
        .assertThat(refused(ROLES.ofWhmFunction(name)))
        .as(name + " asks in vain")
        .isEmpty();
    refuseDecidingByOldNews(name);
    for (var permission : declaration.permissions()) {
      var others = new HashSet<>(declaration.permissions());
      others.remove(permission);
      var without = ROLES.of(RoleStatements.of(others, declaration.isChanging()));
      softly
          .assertThat(refused(without))
          .as(name + " declares " + permission + " and does not need it")
          .isNotEmpty();
    }
    if (before
        .filter(whole -> !Whole.of(dynamoDb, onServer).decided().equals(whole.decided()))
        .isPresent()) {
      softly.assertThat(says).as(name + " says as a dry run what it changes").isTrue();
    }
    if (declaration.isChanging()) {
      isDoneOnce(data, client, name, keyed);
    }
  }

  /** Without what is of one call alone: when a server said it, and how much was left to do. */
  private static JsonNode lasting(JsonNode data) {
    return data.isObject() ? ((ObjectNode) data.deepCopy()).remove(OF_ONE_CALL) : data;
  }

  /** Its repeat, which changes nothing, and says the same, but for a secret. */
  private void isDoneOnce(JsonNode first, WhmClient client, String name, String... keyed) {
    var done = Whole.of(dynamoDb, onServer).decided();
    SdkProbe.reset();
    var again = client.post(name, keyed);
    softly
        .assertThat(refused(ROLES.ofWhmFunction(name)))
        .as(name + " asks in vain for a repeat")
        .isEmpty();
    softly
        .assertThat(again.at("/metadata/repeated").asText())
        .as(name + " says that it is a repeat: " + again)
        .isNotEmpty();
    softly
        .assertThat(again.at("/metadata/result").asInt())
        .as(name + " as a repeat: " + again)
        .isEqualTo(SECRETS.contains(name) ? 0 : 1);
    softly
        .assertThat(Whole.of(dynamoDb, onServer).decided())
        .as(name + " does nothing as a repeat")
        .isEqualTo(done);
    if (!SECRETS.contains(name)) {
      softly
          .assertThat(lasting(again.path("data")))
          .as(name + " says the same")
          .isEqualTo(lasting(first));
    }
  }

  /** The dry run of a call, which leaves the table and the server as they are. */
  private boolean saysWhatItWouldChange(
      Whole before, WhmClient client, String name, String... arguments) {
    SdkProbe.reset();
    var answer = client.post(name, with(arguments, "api.dry_run", "1"));
    var reason = answer.at("/metadata/reason").asText();
    softly.assertThat(reason).as(name + " as a dry run").isEqualTo(NOTHING_WAS_CHANGED);
    softly
        .assertThat(refused(ROLES.ofWhmFunction(name)))
        .as(name + " asks in vain for a dry run")
        .isEmpty();
    softly
        .assertThat(Whole.of(dynamoDb, onServer))
        .as(name + " changes nothing in a dry run")
        .isEqualTo(before);
    var servers = answer.at("/data/servers");
    servers.forEach(row -> softly
        .assertThat(row.path("known").asInt())
        .as(name + " knows what it changes: " + row)
        .isOne());
    return !servers.isEmpty() || !answer.at("/data/would").isEmpty();
  }

  /** A function that always refuses, whose role allows what admission asks for. */
  private void refusing(WhmClient client, String name, String... arguments) {
    called.add(name);
    SdkProbe.reset();
    client.failure(name, arguments);
    softly
        .assertThat(refused(ROLES.ofWhmFunction(name)))
        .as(name + " asks in vain")
        .isEmpty();
  }

  /** Only what a list shows may be of a moment ago: not who calls, nor anything that a change is made of. */
  private void refuseDecidingByOldNews(String name) {
    var eventual = softly.assertThat(SdkProbe.eventualReads()).as(name + " reads eventually");
    if (LISTS.contains(name)) {
      eventual.isNotEmpty().doesNotContain("GetItem");
    } else {
      eventual.isEmpty();
    }
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }
}
