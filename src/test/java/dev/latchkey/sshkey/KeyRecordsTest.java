package dev.latchkey.sshkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.local.ssm.LocalNode;
import dev.latchkey.server.AuthorizedKey;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.Server;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerTable;
import dev.latchkey.settings.Settings;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.BatchWrite;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SdkProbe;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** How many keys authorizesshkey records of a server. */
@QuarkusTest
@InProcess
@DrivesAgent
class KeyRecordsTest extends WhmTest {
  private static final String NO_ROOM =
      "has records of 100 authorized keys, and 100 are the most; authorize=0 takes some out.";

  @Inject
  Fleet fleet;

  @Inject
  Store store;

  @Inject
  AuthorizedKeyTable keys;

  @Inject
  ServerTable servers;

  @Inject
  DynamoDbAsyncClient dynamoDb;

  @Inject
  Settings settings;

  private WhmClient client;
  private FolderServer folder;
  private RetoldServer server;
  private ServerName name;

  @BeforeEach
  void oneServer() {
    var owner = fleet.owner();
    client = WhmClient.of(owner);
    folder = fleet.server(owner);
    server = RetoldServer.of(folder);
    name = new ServerName(folder.name());
  }

  @Test
  void oneMoreThanTheMostIsRefusedUntilOneIsTakenOut() {
    records(99, Optional.empty());
    var last = Keys.ed25519();
    var beyond = Keys.ed25519();

    call(last, "1");
    assertThat(keys.on(registered()).await().indefinitely()).hasSize(100);
    SdkProbe.reset();
    assertThat(WhmClient.reasonOfFailure(call(beyond, "1"))).endsWith(name + " " + NO_ROOM);
    assertThat(SdkProbe.requests()).doesNotContain("SendCommand");
    assertSuccess(call(last, "1"));

    assertSuccess(call(last, "0"));
    assertSuccess(call(beyond, "1"));
    assertThat(keys.on(registered()).await().indefinitely()).hasSize(100);
    assertThat(WhmClient.reasonOfFailure(call(last, "1"))).endsWith(NO_ROOM);
  }

  /** After the first one it costs no request more. */
  @Test
  void whatThereIsIsCountedOnce() {
    call(Keys.ed25519(), "1");
    SdkProbe.reset();

    call(Keys.ed25519(), "1");

    assertThat(SdkProbe.requests()).filteredOn("TransactWriteItems"::equals).hasSize(2);
  }

  /** A release recorded the local time of a server as UTC, and the key may let somebody in for fourteen hours more. */
  @Test
  void recordsOfKeysThatHaveSurelyEndedMakeRoom() {
    records(98, Optional.empty());
    records(1, "local", Optional.of(Instant.now().minus(Duration.ofHours(13))));
    records(1, "ended", Optional.of(Instant.now().minus(Duration.ofHours(15))));

    assertSuccess(call(Keys.ed25519(), "1"));
    assertThat(keys.on(registered()).await().indefinitely())
        .hasSize(100)
        .extracting(AuthorizedKey::fingerprint)
        .contains("SHA256:local0")
        .doesNotContain("SHA256:ended0");
  }

  @Test
  void recordsOfTheMachineBeforeMakeRoom() {
    records(100, "filled", Optional.empty(), Optional.of("mi-00000000000000009"));
    assertSuccess(call(Keys.ed25519(), "1"));
    assertThat(keys.on(registered()).await().indefinitely()).hasSize(1);

    assertSuccess(call(Keys.ed25519(), "1"));
    assertSuccess(call(Keys.ed25519(), "1"));

    assertThat(keys.on(registered()).await().indefinitely()).hasSize(3);
  }

  @Test
  void theNextServerOfTheNameHasNoneOfThem() {
    assertSuccess(call(Keys.ed25519(), "1"));
    root().data("fleet_server_remove", "name", name.value());
    var next = "mi-0000000000000000a";
    root().data("fleet_server_add", "name", name.value(), "node", next, "owner", "root");

    assertThat(keys.on(registered()).await().indefinitely()).isEmpty();

    root().data("fleet_server_update", "name", name.value(), "node", folder.id());
    assertThat(keys.on(registered()).await().indefinitely())
        .extracting(AuthorizedKey::by)
        .containsExactly("another user");
  }

  @Test
  void severalAtOnceMakeRoom() {
    records(98, Optional.empty());
    records(2, "ended", Optional.of(Instant.now().minus(Duration.ofHours(15))));

    assertSuccess(call(Keys.ed25519(), "1"));

    assertThat(keys.on(registered()).await().indefinitely())
        .hasSize(99)
        .allMatch(key -> key.expiresAt().isEmpty());
  }

  /** The key stands on the server: that has to be said, and the statement recorded. */
  @Test
  void whereOthersTakeTheLastRoomMeanwhileTheAnswerSaysSo() {
    records(98, Optional.empty());
    assertSuccess(call(Keys.ed25519(), "1"));
    var other = new AuthorizedKey(name, "SHA256:other", Instant.now(), Optional.empty(), "other");
    LocalSystemsManager.running().deregister(folder.id());
    LocalSystemsManager.register(new Meanwhile(server, () -> {
      var transaction = store.transaction();
      keys.remember(transaction, registered(), other, IllegalStateException::new);
      store.write(transaction).await().indefinitely();
    }));

    var answer = call(Keys.ed25519(), "1");

    assertSuccess(answer);
    assertThat(answer.at("/data/non_fatals").toString())
        .contains("the key has no record, as " + name + " has records of 100 keys");
    assertThat(keys.on(registered()).await().indefinitely()).hasSize(100);
  }

  /** Does something when an order has come to the server. */
  private record Meanwhile(RetoldServer server, Runnable before) implements LocalNode {
    @Override
    public String id() {
      return server.id();
    }

    @Override
    public List<String> runner() {
      before.run();
      return server.runner();
    }

    @Override
    public Map<String, String> environment() {
      return server.environment();
    }
  }

  private Server registered() {
    return servers.find(name).await().indefinitely().orElseThrow().server();
  }

  private JsonNode call(String key, String authorize) {
    server.say("{'top':{'action':{'verb':'authorize_key','done':true,'authorized':" + authorize
        + ",'file':null,'fingerprint':'"
        + PublicKey.parse(key).fingerprint() + "','would_admit':'yes'}}}");
    return client.post("authorizesshkey", "authorize", authorize, "text", key, "api.wait", "20");
  }

  private static void assertSuccess(JsonNode answer) {
    assertThat(answer.at("/metadata/result").asInt()).as(answer.toString()).isEqualTo(1);
  }

  /** As a release wrote them that did not count. */
  private void records(int count, Optional<Instant> end) {
    records(count, "filled", end);
  }

  private void records(int count, String kind, Optional<Instant> end) {
    records(count, kind, end, Optional.empty());
  }

  private void records(int count, String kind, Optional<Instant> end, Optional<String> node) {
    BatchWrite.of(dynamoDb, settings.table(), count, i -> {
      var fingerprint = "SHA256:" + kind + i;
      return Item.at(new Key("S#" + name, "AK#" + fingerprint))
          .with("fingerprint", fingerprint)
          .with("authorized_at", 1_700_000_000)
          .with("expires_at", end.map(Item::time))
          .with("authorized_by", "me")
          .with("node", node.map(Item::text));
    });
  }
}
