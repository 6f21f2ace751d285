package dev.latchkey.sshkey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class ListsshkeysTest extends WhmTest {
  @Inject
  Fleet fleet;

  @Test
  void publicAndPrivateKeysAreListedAndPrivateOnesNeverShown() throws IOException {
    var owner = fleet.owner();
    var folder = fleet.server(owner).folder().resolve("root/.ssh");
    var key = Keys.ed25519();
    Files.writeString(folder.resolve("id_ed25519.pub"), key + " me@example\n");
    Files.writeString(
        folder.resolve("id_ed25519"), "-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n");
    var client = WhmClient.of(owner);

    var keys = client.data("listsshkeys", "public_texts", "1", "api.wait", "20").path("keys");

    assertThat(keys.findValuesAsText("file"))
        .containsExactlyInAnyOrder("id_ed25519", "id_ed25519.pub");
    assertThat(keys.toString()).contains(key).doesNotContain("secret");
    assertThat(client
            .data("listsshkeys", "private", "1", "api.wait", "20")
            .path("keys")
            .findValuesAsText("file"))
        .containsExactly("id_ed25519");
    assertThat(client.data("listsshkeys", "files", "pub", "api.wait", "20").path("keys"))
        .hasSize(1);
    for (var both : List.of(
        List.of("private", "0"),
        List.of("public", "0"),
        List.of("private", "0", "public", "0"),
        List.of("private", "1", "public", "1"))) {
      var all = new ArrayList<>(List.of("api.wait", "20"));
      all.addAll(both);
      assertThat(client.data("listsshkeys", all.toArray(String[]::new)).path("keys"))
          .as("%s", both)
          .hasSize(2);
    }
    assertThat(client
            .data("listsshkeys", "private", "0", "public", "1", "api.wait", "20")
            .path("keys")
            .findValuesAsText("file"))
        .containsExactly("id_ed25519.pub");
  }

  /** WHM's functions take it; what was done would be done to root's keys. */
  @Test
  void theKeysOfAnotherUserAreRefused() {
    var owner = fleet.owner();
    fleet.server(owner);
    var client = WhmClient.of(owner);
    for (var call : List.of(
        List.of("listsshkeys"),
        List.of("deletesshkey", "file", "id"),
        List.of("generatesshkeypair", "name", "id"),
        List.of("importsshkey", "name", "id", "key", Keys.ed25519()))) {
      var all = new ArrayList<>(call.subList(1, call.size()));
      all.addAll(List.of("user", "bob"));
      assertThat(client.failure(call.get(0), all.toArray(String[]::new)))
          .as(call.get(0))
          .contains("user: is not root");
    }
    assertThat(client.data("listsshkeys", "user", "root", "api.wait", "20").path("keys"))
        .isEmpty();
  }

  @Test
  void whetherAKeyIsAuthorizedIsShown() throws IOException {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var client = WhmClient.of(owner);
    Files.writeString(server.folder().resolve("root/.ssh/a.pub"), Keys.ed25519() + " a\n");
    client.data("authorizesshkey", "authorize", "1", "file", "a.pub", "api.wait", "20");

    assertThat(client
            .data("listsshkeys", "api.wait", "20")
            .at("/keys/0/authorized")
            .asInt())
        .isEqualTo(1);
  }

  @Test
  void moreKeysThanOneAnswerHoldsAreAllListed() throws IOException {
    var owner = fleet.owner();
    var folder = fleet.server(owner).folder().resolve("root/.ssh");
    for (var i = 0; i < 60; i++) {
      Files.writeString(folder.resolve("k" + i + ".pub"), Keys.rsa(4096) + " k" + i + "\n");
    }

    var keys = WhmClient.of(owner).data("listsshkeys", "api.wait", "20").path("keys");

    assertThat(keys.findValuesAsText("file")).doesNotHaveDuplicates().hasSize(60);
  }

  @Test
  void textsOfPrivateKeysAreRefused() {
    var owner = fleet.owner();
    fleet.server(owner);

    assertThat(WhmClient.of(owner).failure("listsshkeys", "private_texts", "1"))
        .contains("private_texts", "never leave their server");
  }

  @Test
  void whatTheServerCouldReadIsListedAndWhatItCouldNotIsNamed() {
    var owner = fleet.owner();
    var server = RetoldServer.of(fleet.server(owner));
    server.say("{'top':{'action':{'verb':'list_keys','done':true,'keys':["
        + "{'file':'my key.pub','private':0,'authorized':1,'comment':'J\uFFFDrgen','ctime':1,'mtime':2,'text':'ssh-ed25519 A','line':2},"
        + "{'file':'id','private':1,'authorized':null,'comment':'','ctime':1,'mtime':2},"
        + "{'file':'putty.pub','private':0,'authorized':0,'comment':'','ctime':1,'mtime':2,'text':'ssh-rsa B','format':'RFC4716'}],"
        + "'unread':[{'file':'broken.pub','why':'is cut off'}],'more_unread':3}}}");
    var client = WhmClient.of(owner);

    var data = client.data("listsshkeys", "api.wait", "20");

    assertThat(data.path("keys").toString())
        .isEqualTo(
            "[{\"file\":\"my key.pub\",\"private\":0,\"authorized\":1,\"comment\":\"J\uFFFDrgen\",\"ctime\":1,\"mtime\":2,\"line\":2},"
                + "{\"file\":\"id\",\"private\":1,\"authorized\":null,\"comment\":null,\"ctime\":1,\"mtime\":2},"
                + "{\"file\":\"putty.pub\",\"private\":0,\"authorized\":0,\"comment\":null,\"ctime\":1,\"mtime\":2,\"format\":\"RFC4716\"}]");
    assertThat(data.path("non_fatals").toString())
        .isEqualTo("[\"broken.pub: is cut off\",\"and 3 more files could not be read\"]");
    var cut = client.data(
        "listsshkeys", "api.wait", "20", "api.chunk.enable", "1", "api.chunk.size", "1");
    assertThat(cut.path("keys")).hasSize(1);
    assertThat(cut.path("non_fatals")).hasSize(2);
  }

  @Test
  void namesWithBlanksAndCommentsOfOtherAlphabetsAreListedAndTaken() throws IOException {
    var owner = fleet.owner();
    var server = fleet.server(owner);
    var folder = server.folder().resolve("root/.ssh");
    var client = WhmClient.of(owner);
    Files.write(
        folder.resolve("my key.pub"),
        (Keys.ed25519() + " J\u00fcrgen\n").getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(folder.resolve("cut.pub"), Keys.ed25519().substring(0, 40) + "\n");

    client.data("authorizesshkey", "authorize", "1", "file", "my key.pub", "api.wait", "20");
    var data = client.data("listsshkeys", "api.wait", "20");

    assertThat(data.path("keys").findValuesAsText("file")).containsExactly("my key.pub");
    assertThat(data.at("/keys/0/authorized").asInt()).isEqualTo(1);
    assertThat(data.at("/keys/0/comment").asText()).isEqualTo("J\uFFFDrgen");
    assertThat(data.path("non_fatals").toString()).contains("cut.pub: ");
  }
}
