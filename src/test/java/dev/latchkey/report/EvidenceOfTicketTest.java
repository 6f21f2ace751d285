package dev.latchkey.report;

import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.access.TokenValue;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.AuditPass;
import dev.latchkey.testing.AuditScript;
import dev.latchkey.testing.DrivesAgent;
import dev.latchkey.testing.ExpiredGrants;
import dev.latchkey.testing.Fleet;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.LocalSystemsManager;
import dev.latchkey.testing.SupportCase;
import dev.latchkey.testing.WhmClient;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that a customer gives away about one ticket: its whole life, with what proves it, and nothing of others. */
@QuarkusTest
@InProcess
@DrivesAgent
class EvidenceOfTicketTest extends WhmTest {
  @Inject
  AuditPass pass;

  @Inject
  Store store;

  @Inject
  Fleet fleet;

  @Inject
  ExpiredGrants expired;

  @TempDir
  Path folder;

  private static List<JsonNode> lines(JsonNode export, String kind) {
    var lines = new ArrayList<JsonNode>();
    export.path("lines").forEach(line -> {
      var tree = WhmClient.parse(line.asText());
      if (tree.path("line").asText().equals(kind)) {
        lines.add(tree);
      }
    });
    return lines;
  }

  @Test
  void itIsTheWholeLifeOfTheTicketAndNothingOfOthers() throws Exception {
    var support = fleet.supportCase();
    var client = support.client();
    pass.run();
    var other = support.another();
    client.data("api_token_create", "token_name", "for-" + support.ticket());
    support.grant();
    other.grant("ssh_username", "support");
    pass.run();
    support.revoke();
    client.data("ticket_close", "ticket_id", support.ticket());
    pass.run();

    var export = client.data("audit_export", "ticket_id", support.ticket());

    var entries = lines(export, "entry");
    assertThat(entries.stream().map(entry -> entry.path("function_name").asText()))
        .containsExactly(
            "ticket_create_stub_ticket", "ticket_grant", "ticket_revoke", "ticket_close");
    assertThat(entries.stream().map(entry -> entry.path("tickets").asText()))
        .containsOnly(support.ticket());
    assertThat(export.toString()).doesNotContain(other.ticket(), "for-" + support.ticket());
    assertThat(lines(export, "receipt").stream().map(line -> line.path("receipt")))
        .containsExactly(support.receipts().get(0));
    assertThat(lines(export, "ticket").get(0).path("status").asText()).isEqualTo("closed");
    assertThat(lines(export, "ticket").get(0).path("standing")).isEmpty();
    var script = new AuditScript(folder);
    assertThat(script.says(export))
        .startsWith("0 Whole: 4 entries of ")
        .contains("4 entries say that they are about it, its creation among them")
        .contains("That none of them is about the ticket is not proven")
        .contains("all its access is proven gone; 1 receipts");
    assertThat(script.says(
            AuditScript.file(export, line -> line.replace("Access is gone", "Access is gine"))))
        .contains("1 Not as it was sealed: line ")
        .contains("changed: it is not what was exported");
    assertThat(lines(client.data("audit_export", "ticket_id", other.ticket()), "ticket")
            .get(0)
            .path("standing")
            .get(0)
            .asText())
        .isEqualTo(support.server().name() + " as support");
  }

  /** Its grants went with the server: nobody can say that they are gone, and the file does not. */
  @Test
  void whatNobodyProvedGoneIsUnknownOnceItsServerIsRemoved() throws Exception {
    var support = fleet.supportCase();
    support.grant();
    support.revoke();
    support.grant();
    var name = support.server().name();
    LocalSystemsManager.running().deregister(support.server().id());
    support.revoke("api.wait", "1");
    support.client().post("ticket_close", "ticket_id", support.ticket(), "api.wait", "1");
    expired.now(support);
    root().post("fleet_server_remove", "name", name, "api.unproven", "1");
    pass.run();

    var export = support.client().data("audit_export", "ticket_id", support.ticket());

    assertThat(lines(export, "ticket").get(0).path("unproven"))
        .hasSize(1)
        .first()
        .asString()
        .contains(name + " as root: the server was removed");
    assertThat(new AuditScript(folder).says(export))
        .startsWith("0 Whole: ")
        .contains("unknown whether access is gone: " + name + " as root: the server was removed")
        .contains("; 1 receipts")
        .doesNotContain("proven gone;");
  }

  /** Their audits have entries of the ticket, whoever the server belongs to by now. */
  @Test
  void itNamesThoseWhoseServersItWasGrantedOn() {
    var support = fleet.supportCase();
    var name = support.server().name();
    var bob = fleet.owner();
    root().data("fleet_server_update", "name", name, "owner", bob.user());
    var all = new SupportCase(
        root(), support.server(), support.key(), support.ticket(), support.secureId());
    all.grant();
    all.revoke();
    root().data("fleet_server_update", "name", name, "owner", "root");
    pass.run();
    assertThat(audits(support)).containsExactlyInAnyOrder(bob.user(), "root");

    root().post("fleet_server_remove", "name", name);

    assertThat(audits(support)).containsExactly(bob.user());
  }

  private static List<String> audits(SupportCase support) {
    var export = support.client().data("audit_export", "ticket_id", support.ticket());
    var users = new ArrayList<String>();
    lines(export, "ticket").get(0).path("audits").forEach(user -> users.add(user.asText()));
    return users;
  }

  @Test
  void itGoesOnWhereAnAnswerEnds() throws Exception {
    var support = fleet.supportCase();
    pass.run();
    support.grant();
    pass.run();
    var whole = support.client().data("audit_export", "ticket_id", support.ticket());
    var second = support
        .client()
        .data(
            "audit_export",
            "ticket_id",
            support.ticket(),
            "first",
            whole.path("last").asText());

    assertThat(whole.path("statement").asText()).contains("it is all that is sealed");
    assertThat(lines(second, "entry")).hasSize(1);
    assertThat(new AuditScript(folder).says(second))
        .contains("its creation is not among them: what was before them is unknown");
  }

  @Test
  void anEntryOfAnEarlierReleaseIsUnknown() throws Exception {
    var support = fleet.supportCase();
    var items = store.query("A#" + owner(support), "0").await().indefinitely();
    for (var item : items) {
      var attributes = new HashMap<>(item.attributes());
      attributes.remove("tickets");
      store.write(store.transaction().put(new Item(attributes))).await().indefinitely();
    }
    pass.run();
    var export = support.client().data("audit_export", "ticket_id", support.ticket());

    assertThat(export.path("entries").asInt()).isZero();
    assertThat(lines(export, "export").get(0).path("unmarked").asInt()).isEqualTo(items.size());
    assertThat(new AuditScript(folder).says(export))
        .contains("0 entries say that they are about it, and its creation is not among them")
        .contains("Latchkey states it of 0; " + items.size() + " are of an earlier release");
  }

  /** Nobody knows whether it was about the ticket, and the file does not say that it was not. */
  @Test
  void anEntryThatIsGoneOrAlteredIsNotLeftOutSilently() throws Exception {
    var support = fleet.supportCase();
    support.grant();
    pass.run();
    var whole = support.client().data("audit_export", "ticket_id", support.ticket());
    assertThat(lines(whole, "export").get(0).path("damaged")).isEmpty();
    assertThat(whole.path("statement").asText()).doesNotContain("as they were sealed");
    var place = lines(whole, "entry").get(1).path("place").asText();
    var key = new Key("A#" + owner(support), place);
    var entry = store.get(key).await().indefinitely().orElseThrow();
    var altered = List.of(
        store.transaction().delete(key),
        store.transaction().put(entry.with("tickets", "1")),
        store.transaction().put(entry.with("what", "nothing")),
        store.transaction().put(entry.with("kind", "read")));
    for (var change : altered) {
      store.write(change).await().indefinitely();

      var export = support.client().data("audit_export", "ticket_id", support.ticket());

      var head = lines(export, "export").get(0);
      assertThat(head.path("damaged")).hasSize(1);
      assertThat(head.path("damaged").get(0).asText()).isEqualTo(place);
      assertThat(head.path("calls").asInt() + head.path("unmarked").asInt()).isZero();
      assertThat(lines(export, "entry")).hasSize(1);
      assertThat(export.path("statement").asText())
          .contains("1 entries are missing or are not as they were sealed, so that nobody knows");
      assertThat(new AuditScript(folder).says(export))
          .startsWith("1 Not as it was sealed: line 1: deleted or changed: of these entries nobody")
          .contains(place);
      assertThat(support.client().data("audit_export").path("statement").asText())
          .contains("1 entries are missing or are not as they were sealed (audit_verify");
    }
  }

  private static String owner(SupportCase support) {
    return support.client().data("audit_verify").path("user").asText();
  }

  @Test
  void whatEndsWithATokenIsAPartOfIt() {
    var owner = fleet.owner();
    var support = fleet.supportCase(owner, fleet.server(owner));
    var value = support
        .client()
        .data("api_token_create", "token_name", "second")
        .path("token")
        .asText();
    var second = WhmClient.of(owner.with(TokenValue.parse(value).orElseThrow()));
    new SupportCase(second, support.server(), support.key(), support.ticket(), support.secureId())
        .grant();
    support.client().data("api_token_revoke", "token_name", "second", "api.end_grants", "1");
    pass.run();

    var export = support.client().data("audit_export", "ticket_id", support.ticket());
    assertThat(lines(export, "entry").stream().map(entry -> entry.path("what").asText()))
        .last()
        .asString()
        .startsWith("ended 1 grants on " + support.server().name());
  }

  @Test
  void whoMayNotSeeReceiptsMayNotSeeItAndNobodyThatOfAnother() {
    var support = fleet.supportCase();
    pass.run();
    assertThat(reseller(MANAGE_API_TOKENS).failure("audit_export", "ticket_id", support.ticket()))
        .contains("ticket_id: requires the privilege “support-access”");
    assertThat(fleet.supportCase().client().failure("audit_export", "ticket_id", support.ticket()))
        .contains("ticket_id: you have no ticket " + support.ticket());
    assertThat(
            support.client().failure("audit_export", "ticket_id", support.ticket(), "user", "root"))
        .contains("user: does not own ticket");
    assertThat(root()
            .data("audit_export", "ticket_id", support.ticket())
            .path("entries")
            .asInt())
        .isOne();
  }
}
