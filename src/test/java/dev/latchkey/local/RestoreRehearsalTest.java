package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.access.Privilege;
import dev.latchkey.reconcile.Reconciler;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.StoreGate;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * The section "After a restore" of {@code docs/operate.md}, walked through with {@code infra/restore} itself and AWS' own
 * command line, on the stack that the template makes.
 */
@QuarkusTest
@InProcess
class RestoreRehearsalTest extends WhmTest {
  @TempDir
  Path folder;

  @Inject
  DynamoDbAsyncClient database;

  @Inject
  Fleet fleet;

  @Inject
  Reconciler reconciler;

  private StandInAccount aws;
  private Account root;
  private SupportCase ended;
  private String late;
  private String spent;
  private String sold;
  private String old;
  private String time;

  /**
   * A grant, two tokens, two resellers and a server as of {@link #time}; since then the grant and one token were revoked, the
   * other was narrowed, one reseller was suspended and the other terminated, and the server became another owner's.
   */
  @BeforeEach
  void aStackThatIsInUse() throws Exception {
    assumeTrue(there("aws", "--version"), "no aws; AWS' command line is needed for this");
    assumeTrue(
        there("python3", "-c", "import moto.server, flask, flask_cors, samtranslator"), "no moto");
    aws = StandInAccount.start(database);
    old = aws.name("Table");
    LocalTable.createIfAbsent(database, old);
    StoreGate.use(Optional.of(old));
    root = accounts.root();
    Files.writeString(folder.resolve("token"), root.authorization().substring(4) + "\n");
    var client = WhmClient.of(root);
    ended = fleet.supportCase();
    assertThat(ended.grant().at("/data/auth_status").asText()).isEqualTo("AUTHED");
    client.data("api_token_create", "token_name", "leaked");
    client.data("api_token_create", "token_name", "wide");
    late = accounts.reseller(Privilege.SSH_KEYS).user();
    spent = accounts.reseller(Privilege.SSH_KEYS).user();
    sold = fleet.server(accounts.reseller(Privilege.SSH_KEYS)).name();
    time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    aws.remember(old, time);
    assertThat(ended.revoke().at("/metadata/result").asInt()).isEqualTo(1);
    client.data("api_token_revoke", "token_name", "leaked");
    client.data("api_token_update", "token_name", "wide", "acl", "list-accts");
    client.data("suspendreseller", "user", late);
    client.data("terminatereseller", "user", spent, "terminatereseller", "1");
    client.data("fleet_server_update", "name", sold, "owner", "root");
  }

  @AfterEach
  void end() throws IOException {
    StoreGate.use(Optional.empty());
    if (aws != null) {
      aws.close();
    }
  }

  /** A sample of the rehearsal, as it needs few requests. */
  @Test
  void aFailureAfterItHasClosedLeavesItClosed() throws Exception {
    aws.failing(what -> aws.isClosed());

    var run = run(time);

    assertThat(run.code()).as(run.said()).isNotZero();
    assertThat(aws.isClosed()).as(run.said()).isTrue();
  }

  @Test
  @EnabledIfSystemProperty(
      named = "test.rehearsal",
      matches = "walk",
      disabledReason = "takes a minute of processor; make rehearsal")
  void whatWasRevokedDoesNotComeBack() throws Exception {
    walk();
  }

  /** At each request that it sends, once it has closed. */
  @Test
  @EnabledIfSystemProperty(
      named = "test.rehearsal",
      matches = "whole",
      disabledReason = "takes half an hour; make rehearsal REHEARSAL=whole")
  void aFailureAnywhereLeavesItClosedAndTheNextRunGoesOn() throws Exception {
    var failures = 0;
    for (var nth = 1; ; nth++) {
      aws.asked();
      var left = nth;
      var count = new int[1];
      aws.failing(what -> aws.isClosed() && ++count[0] == left);
      var run = run(time);
      aws.failing(what -> false);
      if (run.code() == 0) {
        break;
      }
      failures++;
      assertThat(aws.isClosed()).as(nth + ": " + run.said()).isTrue();
      var opened = run("open", "anyway");
      if (opened.code() == 0) {
        // The old table, before the switch: a restore that is given up.
        assertThat(aws.environments("LATCHKEY_TABLE")).containsExactly(old);
      } else {
        assertThat(aws.isClosed()).as(opened.said()).isTrue();
      }
    }
    System.out.printf("| %d failures, each left closed or with the old table |%n", failures);
    walk();
  }

  private void walk() throws Exception {
    var restored = run(time);

    assertThat(restored.code()).as(restored.said()).isZero();
    assertThat(restored.said())
        .contains(
            "Token \"leaked\" of root: revoked since",
            "Token \"wide\" of root: changed since",
            "User " + late + ": suspended since",
            "User " + spent + ": terminated since",
            "Server " + sold + ", of ",
            ended.server().name() + ": 1 grants are held",
            "is still closed")
        .containsPattern("Lost: .* ticket_revoke of reseller")
        .containsPattern("Lost: .* api_token_revoke of root");
    var table = "latchkey-restored-" + time.replaceAll("[-:]", "");
    assertIsClosedWith(table);
    assertThat(aws.asked())
        .contains(
            "DynamoDB.UpdateContinuousBackups",
            "DynamoDB.UpdateTimeToLive",
            "DynamoDB.UpdateTable");

    var early = run("open");
    assertThat(early.code()).isNotZero();
    assertThat(early.said())
        .contains(
            "Token \"leaked\"",
            "Token \"wide\"",
            "User " + late,
            "User " + spent,
            "Server " + sold,
            "stays closed");
    assertIsClosedWith(table);
    assertThat(run("call", "api_token_revoke", "token_name=leaked").code()).isZero();
    var narrowed = run("call", "api_token_update", "token_name=wide", "acl=list-accts");
    assertThat(narrowed.code()).as(narrowed.said()).isZero();
    var suspended = run("call", "suspendreseller", "user=" + late);
    assertThat(suspended.code()).as(suspended.said()).isZero();
    var terminated = run("call", "terminatereseller", "user=" + spent, "terminatereseller=1");
    assertThat(terminated.code()).as(terminated.said()).isZero();
    var given = run("call", "fleet_server_update", "name=" + sold, "owner=root");
    assertThat(given.code()).as(given.said()).isZero();
    var again = run("call", "api_token_revoke", "token_name=leaked");
    assertThat(again.code()).isNotZero();
    assertThat(again.said()).contains("leaked");

    var opened = run("open");
    assertThat(opened.code()).as(opened.said()).isZero();
    assertThat(aws.isClosed()).isFalse();
    assertThat(aws.environments("LATCHKEY_CLOSED")).containsExactly("no");
    assertThat(aws.environments("LATCHKEY_TABLE")).containsExactly(table);

    // The reconciler's first pass, with the restored table.
    reconciler.run().await().indefinitely();
    assertThat(ended.letsVendorIn()).isFalse();
    var listed =
        ended.client().data("ticket_list", "ticket_id", ended.ticket()).at("/auths/0/servers/0");
    assertThat(listed.path("held").asInt()).as(listed.toString()).isEqualTo(1);
    assertThat(
            ended.client().data("fleet_server_list").at("/servers/0/confirmed").asInt())
        .isEqualTo(1);
  }

  private void assertIsClosedWith(String table) throws IOException {
    assertThat(aws.isClosed()).isTrue();
    assertThat(aws.environments("LATCHKEY_CLOSED")).containsExactly("yes");
    assertThat(aws.environments("LATCHKEY_TABLE")).containsExactly(table);
  }

  private record Run(int code, String said) {}

  private Run run(String... arguments) throws IOException, InterruptedException {
    var command = new ProcessBuilder("infra/restore", "latchkey");
    command.command().addAll(List.of(arguments));
    var variables = command.environment();
    variables.keySet().removeIf(name -> name.startsWith("AWS_"));
    variables.put("AWS_ENDPOINT_URL", aws.endpoint());
    variables.put("AWS_DEFAULT_REGION", "us-east-1");
    variables.put("AWS_ACCESS_KEY_ID", "testing");
    variables.put("AWS_SECRET_ACCESS_KEY", "testing");
    variables.put("AWS_CONFIG_FILE", folder.resolve("none").toString());
    variables.put("AWS_MAX_ATTEMPTS", "1");
    variables.put("AWS_EC2_METADATA_DISABLED", "true");
    variables.put("LATCHKEY_TOKEN_FILE", folder.resolve("token").toString());
    var process = command.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), said);
  }

  private static boolean there(String... command) throws InterruptedException {
    try {
      var process = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException absent) {
      return false;
    }
  }
}
