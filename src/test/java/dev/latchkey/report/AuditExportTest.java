package dev.latchkey.report;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.AuditPass;
import dev.latchkey.testing.AuditScript;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is exported is what the script of an auditor takes for whole. */
@QuarkusTest
@InProcess
class AuditExportTest extends WhmTest {
  @Inject
  AuditPass pass;

  @TempDir
  Path folder;

  private AuditScript script() {
    return new AuditScript(folder);
  }

  @Test
  void theScriptTakesItForWholeAndFindsAChange() throws Exception {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "a");
    pass.run();
    Golden.assertJson("audit_export.json", client.post("audit_export"));
    Golden.assertXml(
        "audit_export.xml",
        client.raw().get("/xml-api/audit_export?api.version=1").asString());
    client.data("api_token_revoke", "token_name", "a");
    client.data("api_token_create", "token_name", "c");
    pass.run();

    var all = client.data("audit_export");
    var head = client.data("audit_verify").path("head").asText();

    assertThat(script().says(all, "--head", head))
        .startsWith("0 Whole: 3 entries of ")
        .contains("It is the seal that you noted.");
    assertThat(script().says(all, "--head", "9:" + "0".repeat(64)))
        .startsWith("3 Whole: 3 entries of ")
        .contains("Not checked: seal 9, which you noted, comes after the end of this file.");
    assertThat(script().says(AuditScript.file(all, line -> line.replace("revoked", "renamed"))))
        .startsWith("1 Not as it was sealed: line ")
        .contains("changed: the entry ");
    assertThat(client.failure("audit_export", "first", "3")).contains("first: there is no seal 3");
  }

  @Test
  void anothersIsForWhoHasAll() {
    var client = reseller(MANAGE_API_TOKENS);
    assertThat(client.failure("audit_export", "user", "root")).contains("user: is not you");
  }

  /** An empty answer would be taken for nothing that happened. */
  @Test
  void aNameThatNobodyHasOrHadIsRefusedByEachThatTellsOfUsers() {
    for (var function : List.of("audit_export", "audit_list", "audit_verify", "usage_report")) {
      assertThat(root().failure(function, "user", "nobody-at-all"))
          .contains("user: there is no user named “nobody-at-all”, and there was none.");
    }
  }

  @Test
  void whatIsNotSealedYetIsSaidWithoutBlamingAParameter() {
    var client = reseller(MANAGE_API_TOKENS);

    assertThat(client.failure("audit_export")).contains("nothing is sealed yet");
    assertThat(client.failure("audit_export", "first", "1")).contains("first: there is no seal 1");
  }
}
