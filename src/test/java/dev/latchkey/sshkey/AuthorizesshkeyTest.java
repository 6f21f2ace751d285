package dev.latchkey.sshkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.ssm.FolderServer;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerTable;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class AuthorizesshkeyTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Inject
  AuthorizedKeyTable keys;

  @Inject
  ServerTable servers;

  private record Server(WhmClient client, FolderServer folder) {
    JsonNode call(String... arguments) {
      var all = new ArrayList<>(List.of("api.wait", "20"));
      all.addAll(List.of(arguments));
      return client.post("authorizesshkey", all.toArray(String[]::new));
    }

    String authorizedKeys() throws IOException {
      return Files.readString(Fleet.authorizedKeys(folder));
    }
  }

  private Server server() {
    var owner = fleet.owner();
    return new Server(WhmClient.of(owner), fleet.server(owner));
  }

  /** Of the keys by which root could log in those that this function has authorized. */
  private static List<JsonNode> remembered(Server server) {
    var known = new ArrayList<JsonNode>();
    server.client().data("fleet_server_check", "api.wait", "20").path("keys").forEach(key -> {
      if (key.has("authorized_by")) {
        known.add(key);
      }
    });
    return known;
  }

  @Test
  void aTextIsAuthorizedOnceAndTakenOutAgain() throws IOException {
    var server = server();
    var before = server.authorizedKeys();
    var key = Keys.ed25519();

    var answer = server.call("authorize", "1", "text", key + " me@example", "options", "no-pty");
    server.call("authorize", "1", "text", key, "options", "no-pty");

    assertThat(answer.path("data").toString()).isEqualTo("{\"file\":null,\"authorized\":1}");
    assertThat(server.authorizedKeys())
        .startsWith(before)
        .containsOnlyOnce(key)
        .contains("no-pty " + key);

    assertThat(remembered(server))
        .singleElement()
        .satisfies(known -> assertThat(known.path("fingerprint").asText()).startsWith("SHA256:"));

    var out = server.call("authorize", "0", "text", key);
    assertThat(out.at("/data/authorized").asInt(-1)).isZero();
    assertThat(remembered(server)).isEmpty();
    assertThat(server.authorizedKeys()).isEqualTo(before);
  }

  @Test
  void aFileOfRootsFolderIsAuthorized() throws IOException {
    var server = server();
    var key = Keys.ed25519();
    Files.writeString(server.folder().folder().resolve("root/.ssh/test"), key + " test\n");

    var answer = server.call("authorize", "1", "file", "/root/.ssh/test", "user", "ignored");

    assertThat(answer.path("data").toString()).isEqualTo("{\"file\":\"test\",\"authorized\":1}");
    assertThat(server.authorizedKeys()).contains(key);
  }

  /** WHM's page has “user”, and passes over it: whoever means a user's account must not let its key in as root. */
  @Test
  void aTextForAnotherUserThanRootIsRefused() throws IOException {
    var server = server();
    var before = server.authorizedKeys();
    var key = Keys.ed25519();

    for (var authorize : List.of("1", "0")) {
      var answer = server.call("authorize", authorize, "text", key, "user", "bob");
      assertThat(WhmClient.reasonOfFailure(answer))
          .contains("user: is not root", "would log in as root");
    }

    assertThat(server.authorizedKeys()).isEqualTo(before);
    assertThat(server.call("authorize", "1", "text", key, "user", "root").at("/data/authorized"))
        .hasToString("1");
  }

  @Test
  void filesElsewhereAndHostileNamesAreRefused() {
    var server = server();
    for (var file : new String[] {
      "/home/user/sshkey", "../../etc/shadow", "a/b", "/root/.ssh/../x", "..", "/root/.ssh/"
    }) {
      assertThat(WhmClient.reasonOfFailure(server.call("authorize", "1", "file", file)))
          .contains("file: ", "/root/.ssh");
    }
  }

  @Test
  void linksPrivateKeysAndTwoKeysAreRefusedByTheServer() throws IOException {
    var server = server();
    var folder = server.folder().folder().resolve("root/.ssh");
    var before = server.authorizedKeys();
    Files.createSymbolicLink(folder.resolve("link.pub"), folder.resolve("authorized_keys"));
    Files.writeString(folder.resolve("two.pub"), Keys.ed25519() + "\n" + Keys.ed25519() + "\n");
    Files.writeString(folder.resolve("id"), "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n");

    for (var file : new String[] {"link.pub", "two.pub", "id", "missing.pub"}) {
      assertThat(WhmClient.reasonOfFailure(server.call("authorize", "1", "file", file)))
          .contains(file)
          .doesNotContain("secret");
    }
    assertThat(server.authorizedKeys()).isEqualTo(before);
  }

  @Test
  void optionsThatCouldRunSomethingAreRefused() {
    var server = server();
    for (var options : new String[] {
      "command=\"id\"",
      "environment=\"A=b\"",
      "cert-authority",
      "no-pty,permitopen=\"*:1\"",
      "no-pty\nssh-rsa",
      "from=\"a\"b\""
    }) {
      assertThat(WhmClient.reasonOfFailure(
              server.call("authorize", "1", "text", Keys.ed25519(), "options", options)))
          .contains("options: ");
    }
  }

  @Test
  void withoutTextAndFileItSaysWhatIsMissing() {
    assertThat(WhmClient.reasonOfFailure(server().call("authorize", "1")))
        .contains("“text” or “file”");
  }

  @Test
  void theKeyOfALiveGrantCannotBeTakenOut() {
    var support = fleet.supportCase();
    support.grant();

    var answer = support
        .client()
        .data("authorizesshkey", "authorize", "0", "text", support.key(), "api.wait", "20");

    assertThat(support.letsVendorIn()).isTrue();
    assertThat(answer.path("authorized").asInt(-1)).isZero();
    assertThat(answer.path("non_fatals").toString())
        .contains(
            "the grant of ticket " + support.ticket() + " still lets "
                + PublicKey.parse(support.key()).fingerprint() + " in, by /root/.ssh/",
            "; ticket_revoke ends it");
  }

  @Test
  void whatIsNoKeyFileIsRefusedByName() {
    var server = server();
    assertThat(WhmClient.reasonOfFailure(server.call("authorize", "1", "file", "authorized_keys2")))
        .contains("file: “authorized_keys2” is a list of the keys that are authorized already");
    assertThat(WhmClient.reasonOfFailure(server.call("authorize", "1", "file", "a\u001b[2Jb.pub")))
        .contains("characters that cannot be read", "rename the file");
  }

  @Test
  void aNameWithBlanksIsGivenToTheServerAsItIs() {
    var server = server();
    var retold = RetoldServer.of(server.folder());

    server.call("authorize", "1", "file", "/root/.ssh/my key – Jürgen.pub");

    assertThat(retold.lastOrder().at("/action/file").asText()).isEqualTo("my key – Jürgen.pub");
  }

  private static String done(String key) {
    return done(key, "");
  }

  private static String done(String key, String more) {
    return "{'top':{'action':{'verb':'authorize_key','done':true,'authorized':1,'file':null,'fingerprint':'"
        + PublicKey.parse(key).fingerprint() + "'" + more + "}}}";
  }

  /** A support engineer who reads 1 says "you can log in now". */
  @Test
  void authorizedIsOnlyAKeyThatTheServerWouldAdmit() {
    var server = server();
    var retold = RetoldServer.of(server.folder());
    for (var told : new String[][] {
      {"", "cannot tell whether it would admit the login: it does not say why"},
      {
        ",'would_admit':'no','because':['PermitRootLogin is no']",
        "would refuse the login: PermitRootLogin is no"
      },
      {
        ",'would_admit':'unknown','because':['Match Host']",
        "cannot tell whether it would admit the login: Match Host"
      },
      {",'would_admit':'no'", "would refuse the login: it does not say why"},
      {",'would_admit':1", "cannot tell whether it would admit the login: it does not say why"}
    }) {
      var key = Keys.ed25519();
      retold.say(done(key, ",'stands_in':'/root/.ssh/authorized_keys'" + told[0]));

      var answer = server.call("authorize", "1", "text", key).path("data");

      assertThat(answer.path("authorized").asInt(-1)).as(told[0]).isZero();
      assertThat(answer.path("non_fatals").toString())
          .contains("the line stands in /root/.ssh/authorized_keys of ", told[1]);
      assertThat(server.client().data("fleet_server_check", "api.wait", "20").toString())
          .contains(PublicKey.parse(key).fingerprint());
    }
    var key = Keys.ed25519();
    retold.say(done(
        key, ",'would_admit':'yes','because':['from 192.0.2.0: AllowUsers does not name root']"));

    var answer = server.call("authorize", "1", "text", key).path("data");

    assertThat(answer.path("authorized").asInt(-1)).isEqualTo(1);
    assertThat(answer.path("non_fatals")).hasSize(1);
    assertThat(answer.at("/non_fatals/0").asText())
        .endsWith(" states: from 192.0.2.0: AllowUsers does not name root");
  }

  @Test
  void aServerThatRefusesRootIsAskedForReal() throws IOException {
    var server = server();
    var sshd = server.folder().folder().resolve("etc/ssh/sshd_config");
    Files.createDirectories(sshd.getParent());
    Files.writeString(sshd, "PermitRootLogin no\n");
    var key = Keys.ed25519();

    var answer = server.call("authorize", "1", "text", key).path("data");

    assertThat(answer.path("authorized").asInt(-1)).isZero();
    assertThat(answer.path("non_fatals").toString())
        .contains(
            "the line stands in /root/.ssh/authorized_keys",
            "would refuse the login: PermitRootLogin");
    assertThat(server.authorizedKeys()).contains(key);
  }

  @Test
  void aKeyMayEndByItself() {
    var server = server();
    var retold = RetoldServer.of(server.folder());
    var key = Keys.ed25519();
    retold.say(done(key));

    var answer = server.call("authorize", "1", "text", key, "api.ttl", "3600");

    var end = answer.at("/data/expires_at").asLong();
    assertThat(end - Instant.now().getEpochSecond()).isBetween(3500L, 3600L);
    assertThat(retold.lastOrder().at("/action/expires_at").asLong()).isEqualTo(end);
    assertThat(retold.lastOrder().at("/action/fingerprint").asText())
        .isEqualTo(PublicKey.parse(key).fingerprint());
    assertThat(retold.lastOrder().at("/action").has("replace")).isFalse();
    retold.sayTheTruth();
    assertThat(remembered(server))
        .singleElement()
        .satisfies(known -> assertThat(known.path("expires_at").asLong()).isEqualTo(end));
    assertThat(server.client().data("audit_list").toString()).contains(" until 20");
  }

  @Test
  void anEndIsSaidOnceAndNotInThePast() {
    var server = server();
    var key = Keys.ed25519();
    for (var ttl : new String[] {"59", "604801"}) {
      assertThat(
              WhmClient.reasonOfFailure(server.call("authorize", "1", "text", key, "api.ttl", ttl)))
          .contains("api.ttl", "from 60 to 604800");
    }
    assertThat(WhmClient.reasonOfFailure(server.call(
            "authorize", "1", "text", key, "api.ttl", "60", "options", "expiry-time=\"20990101\"")))
        .contains("api.ttl: and expiry-time in “options” both say when the key ends");
    assertThat(
            WhmClient.reasonOfFailure(server.call("authorize", "0", "text", key, "api.ttl", "60")))
        .contains("api.ttl: ", "“authorize” is 0");
    assertThat(WhmClient.reasonOfFailure(
            server.call("authorize", "1", "text", key, "options", "expiry-time=\"20260101\"")))
        .contains("options: expiry-time was over at 20260101, by the clock of the server");
    assertThat(WhmClient.reasonOfFailure(
            server.call("authorize", "1", "text", key, "options", "expiry-time=\"20260101Z\"")))
        .contains("options: expiry-time was over at 2026-01-01T00:00:00Z");
  }

  /** In Chicago midnight is six hours later than in UTC, and so long the key lets somebody in. */
  @Test
  void anEndWithoutZoneIsTheMomentThatTheServerStates() {
    var server = server();
    var retold = RetoldServer.of(server.folder());
    var key = Keys.ed25519();
    var midnight = "expiry-time=\"20330518\"";
    var stated = Instant.parse("2033-05-18T06:00:00Z").getEpochSecond();
    var told = ",'would_admit':'yes','expires_at':" + stated;
    retold.say(done(key, told));

    var local = server.call("authorize", "1", "text", key, "options", midnight).path("data");

    assertThat(local.path("expires_at").asLong()).isEqualTo(stated);
    assertThat(local.has("non_fatals")).isFalse();
    var registered =
        servers.find(new ServerName(server.folder().name())).await().indefinitely();
    assertThat(keys.on(registered.orElseThrow().server()).await().indefinitely())
        .singleElement()
        .satisfies(
            record -> assertThat(record.expiresAt()).contains(Instant.ofEpochSecond(stated)));
    assertThat(server.client().data("audit_list").toString())
        .contains(" until 20330518, by the clock of the server")
        .doesNotContain("2033-05-18T00:00:00Z");

    retold.say(done(key, ",'would_admit':'yes'"));
    var silent = server.call("authorize", "1", "text", key, "options", midnight).path("data");
    assertThat(silent.has("expires_at")).isFalse();
    assertThat(silent.at("/non_fatals/0").asText())
        .contains("the line ends at 20330518, by the clock of ", "does not state the moment");

    retold.say(done(key, told));
    var exact = server
        .call("authorize", "1", "text", key, "options", "expiry-time=\"20330518Z\"")
        .path("data");
    assertThat(exact.path("expires_at").asLong())
        .isEqualTo(Instant.parse("2033-05-18T00:00:00Z").getEpochSecond());
  }

  @Test
  void aRefusalShowsWhatStandsInFullAndWhatReplacesIt() {
    var server = server();
    var retold = RetoldServer.of(server.folder());
    var problem = "the key stands in other lines ".repeat(20);
    retold.say("{'top':{'action':{'verb':'authorize_key','done':false,'problem':'" + problem
        + "','standing':[{'file':'/root/.ssh/authorized_keys','line':3,'options':'from=192.0.2.1,command=backup'},"
        + "{'file':'/root/.ssh/authorized_keys2','line':1,'options':''}]}}}");

    assertThat(WhmClient.reasonOfFailure(
            server.call("authorize", "1", "text", Keys.ed25519(), "api.replace", "1")))
        .contains(problem
            + "; it stands in /root/.ssh/authorized_keys, line 3, with the options from=192.0.2.1,command=backup"
            + "; it stands in /root/.ssh/authorized_keys2, line 1, without options"
            + "; api.replace=1 replaces what stands there.");
    assertThat(retold.lastOrder().at("/action/replace").asInt()).isEqualTo(1);
  }

  @Test
  void aKeyThatWasNotAskedForIsNotRemembered() {
    var server = server();
    var retold = RetoldServer.of(server.folder());
    retold.say(done(Keys.ed25519()));

    assertThat(WhmClient.reasonOfFailure(server.call("authorize", "1", "text", Keys.ed25519())))
        .contains("states another key than the one that was asked for");
    retold.sayTheTruth();
    assertThat(remembered(server)).isEmpty();
  }

  /** A key that may only make backups must not become one that may do everything. */
  @Test
  void aLineOfTheKeyWithOtherOptionsIsReplacedOnlyWhereThatIsSaid() throws IOException {
    var server = server();
    var key = Keys.ed25519();
    var file = Fleet.authorizedKeys(server.folder());
    var before = server.authorizedKeys() + "from=\"192.0.2.1\",command=\"/usr/local/bin/backup\" "
        + key + " backup\n";
    Files.writeString(file, before);

    assertThat(WhmClient.reasonOfFailure(server.call("authorize", "1", "text", key)))
        .contains(
            "/root/.ssh/authorized_keys line ",
            "from=\"192.0.2.1\",command=\"/usr/local/bin/backup\"",
            "api.replace=1")
        .doesNotContain("it stands in");
    assertThat(server.authorizedKeys()).isEqualTo(before);

    var answer = server.call("authorize", "1", "text", key, "api.replace", "1", "api.ttl", "3600");
    assertThat(answer.at("/data/authorized").asInt()).as(answer.toString()).isEqualTo(1);
    assertThat(server.authorizedKeys())
        .doesNotContain("backup")
        .containsPattern("\nexpiry-time=\"\\d{12,14}Z?\" " + key.replace("+", "\\+"));
  }
}
