package dev.latchkey.report;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.AuditPass;
import dev.latchkey.testing.Golden;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  private String verified(JsonNode data, String... more) throws IOException, InterruptedException {
    var lines = new StringBuilder();
    data.path("lines").forEach(line -> lines.append(line.asText()).append('\n'));
    return verified(lines.toString(), more);
  }

  private String verified(String file, String... more) throws IOException, InterruptedException {
    var path = Files.writeString(folder.resolve("export"), file);
    var command = new ArrayList<>(List.of("python3", "infra/audit-verify", path.toString()));
    command.addAll(List.of(more));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return process.exitValue() + " " + said;
  }

  @Test
  void theScriptTakesItForWholeAndFindsAChange() throws Exception {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "a");
    pass.run();
    Golden.assertJson("audit_export.json", client.post("audit_export"));
    client.data("api_token_revoke", "token_name", "a");
    client.data("api_token_create", "token_name", "c");
    pass.run();

    var all = client.data("audit_export");
    var head = client.data("audit_verify").path("head").asText();

    assertThat(verified(all, "--head", head))
        .startsWith("0 Whole: 3 entries of ")
        .contains("It is the seal that you noted.");
    var changed = new StringBuilder();
    all.path("lines")
        .forEach(
            line -> changed.append(line.asText().replace("revoked", "renamed")).append('\n'));
    assertThat(verified(changed.toString()))
        .startsWith("1 Not as it was sealed: line ")
        .contains("changed: the entry ");
    assertThat(client.failure("audit_export", "first", "3")).contains("first: there is no seal 3");
  }

  @Test
  void ofATicketItHasTheEntriesThatNameIt() throws Exception {
    var client = reseller(MANAGE_API_TOKENS);
    client.data("api_token_create", "token_name", "for-501718622");
    client.data("api_token_create", "token_name", "for-50171862");
    pass.run();

    var export = client.data("audit_export", "ticket_id", "501718622");

    assertThat(export.path("entries").asInt()).isOne();
    assertThat(verified(export)).startsWith("0 Whole: 1 entries of ");
  }

  @Test
  void anothersIsForWhoHasAll() {
    var client = reseller(MANAGE_API_TOKENS);
    assertThat(client.failure("audit_export", "user", "root")).contains("user: is not you");
    assertThat(WhmClient.of(accounts.root()).failure("audit_export", "user", "nobody-at-all"))
        .contains("first: there is no seal 1");
  }
}
