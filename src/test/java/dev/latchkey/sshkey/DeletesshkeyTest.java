package dev.latchkey.sshkey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.RetoldServer;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@DrivesAgent
class DeletesshkeyTest extends WhmTest {
  private static final String NAME = "deletesshkey";

  @Inject
  Fleet fleet;

  private SupportCase support;
  private Path folder;

  @BeforeEach
  void oneServer() {
    support = fleet.supportCase();
    folder = support.server().folder().resolve("root/.ssh");
  }

  private JsonNode call(String... arguments) {
    var all = new ArrayList<>(List.of("api.wait", "20"));
    all.addAll(List.of(arguments));
    return support.client().post(NAME, all.toArray(String[]::new));
  }

  private String refusal(String... arguments) {
    return WhmClient.reasonOfFailure(call(arguments));
  }

  private void authorize(String key) throws IOException {
    Files.writeString(folder.resolve("test"), key + "\n");
    support.client().data("authorizesshkey", "authorize", "1", "text", key, "api.wait", "20");
  }

  private String listed() {
    return support
        .client()
        .data("fleet_server_check", "api.wait", "20")
        .path("keys")
        .toString();
  }

  @Test
  void theFileGoesAndItsKeyStaysAuthorizedByDefault() throws IOException {
    var key = Keys.ed25519();
    authorize(key);

    var answer = call("file", "/root/.ssh/test").path("data");

    assertThat(answer.path("file").asText()).isEqualTo("/root/.ssh/test");
    assertThat(answer.path("non_fatals").toString())
        .contains(PublicKey.parse(key).fingerprint() + " is still authorized");
    assertThat(folder.resolve("test")).doesNotExist();
    assertThat(support.authorizedKeys()).contains(key);
    assertThat(listed()).contains("authorized_by");
    assertThat(refusal("file", "test")).contains("/root/.ssh/test does not exist");
  }

  @Test
  void withoutLeaveAuthorizedTheLineAndItsRecordGoToo() throws IOException {
    var key = Keys.ed25519();
    var before = support.authorizedKeys();
    authorize(key);
    assertThat(listed()).contains("authorized_by");

    var answer = call("file", "test", "leave_authorized", "0").path("data");

    assertThat(answer.toString()).isEqualTo("{\"file\":\"test\"}");
    assertThat(support.authorizedKeys()).isEqualTo(before);
    assertThat(listed()).doesNotContain("authorized_by");
    assertThat(support.client().data("audit_list").toString())
        .contains("ordered that the key file test be deleted", "be taken out of root's")
        .doesNotContain(key.substring(20));
  }

  /** What was taken out before something went wrong is forgotten all the same. */
  @Test
  void aLineThatIsGoneIsForgottenAlsoWhereTheFileStays() throws IOException {
    var key = Keys.ed25519();
    authorize(key);
    var retold = RetoldServer.of(support.server());
    retold.say(
        "{'top':{'action':{'verb':'delete_key','done':false,'problem':'it is immutable','gone':['"
            + PublicKey.parse(key).fingerprint() + "','nonsense']}}}");

    assertThat(refusal("file", "test", "leave_authorized", "0")).contains("it is immutable");

    retold.sayTheTruth();
    assertThat(listed()).doesNotContain("authorized_by");
  }

  @Test
  void theKeyOfAStandingGrantIsNotDeleted() throws IOException {
    support.grant();
    Files.writeString(folder.resolve("vendor.pub"), support.key() + "\n");

    assertThat(refusal("file", "vendor.pub", "leave_authorized", "0"))
        .contains("the grant of ticket " + support.ticket() + " uses "
            + PublicKey.parse(support.key()).fingerprint());

    assertThat(folder.resolve("vendor.pub")).exists();
    assertThat(support.letsVendorIn()).isTrue();
    root()
        .data(
            "fleet_server_reset",
            "api.server",
            support.server().name(),
            "hold",
            "1",
            "api.wait",
            "20");
    assertThat(refusal("file", "vendor.pub"))
        .contains("the grant of ticket " + support.ticket() + " uses ");
    support.revoke();
    assertThat(call("file", "vendor.pub").at("/metadata/result").asInt()).isEqualTo(1);
  }

  @Test
  void filesElsewhereAreRefused() {
    for (var file : new String[] {
      "/etc/shadow",
      "../../etc/shadow",
      "a/b",
      "..",
      "/root/.ssh/",
      "authorized_keys",
      "config",
      ".hidden",
      "-x"
    }) {
      assertThat(refusal("file", file)).as(file).contains("file");
    }
    assertThat(refusal()).contains("file: is missing");
    assertThat(refusal("file", "a", "leave_authorized", "2")).contains("leave_authorized: ");
  }
}
