package dev.latchkey.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Functions;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.Permission;
import dev.latchkey.data.Data;
import dev.latchkey.testing.InProcess;
import dev.latchkey.testing.WhmTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which functions are tools, as their declarations say, and which can be none. */
@QuarkusTest
@InProcess
class ToolsTest extends WhmTest {
  /** Who may write here decides who calls, and what for. */
  private static final Set<Permission> OF_CREDENTIALS = EnumSet.of(
      Permission.CHANGE_TOKENS,
      Permission.CHANGE_USERS,
      Permission.CHANGE_ACL_LISTS,
      Permission.CHANGE_SESSIONS,
      Permission.END_SESSIONS);

  @Inject
  Functions functions;

  @Test
  void theyAreThese() {
    assertThat(tools().map(Declaration::name))
        .containsExactly(
            "audit_list",
            "fleet_drift",
            "fleet_key_list",
            "fleet_key_revoke",
            "fleet_key_scan",
            "fleet_server_check",
            "fleet_server_list",
            "myprivs",
            "ticket_close",
            "ticket_get_support_info",
            "ticket_grant",
            "ticket_list",
            "ticket_receipt",
            "ticket_revoke",
            "ticket_ssh_test",
            "ticket_ssh_test_start",
            "ticket_whitelist_check");
  }

  /** Whoever reads it decides by it which calls a person is asked about. */
  @Test
  void theDocumentTellsThoseThatTakeTwoCallsFromTheOthers() throws IOException {
    var document = Files.readString(Path.of("docs/mcp.md"));

    assertThat(inRow(document, "look"))
        .containsExactlyInAnyOrderElementsOf(
            tools().filter(tool -> !tool.isChanging()).map(Declaration::name).toList());
    assertThat(inRow(document, "change, in two calls"))
        .containsExactlyInAnyOrderElementsOf(
            tools().filter(Declaration::isChanging).map(Declaration::name).toList());
  }

  private static List<String> inRow(String document, String name) {
    return document
        .lines()
        .filter(line -> line.startsWith("| " + name + " | "))
        .flatMap(line -> Pattern.compile("`([a-z_]+)`").matcher(line).results())
        .map(found -> found.group(1))
        .toList();
  }

  @Test
  void noneMakesOrChangesTokensSessionsOrUsers() {
    assertThat(tools())
        .allSatisfy(tool -> assertThat(tool.permissions())
            .as(tool.name())
            .doesNotContainAnyElementsOf(OF_CREDENTIALS));
    assertThat(functions.declarations())
        .filteredOn(function -> function.permissions().stream().anyMatch(OF_CREDENTIALS::contains))
        .extracting(Declaration::name)
        .contains("api_token_create", "api_token_rotate", "create_user_session");
  }

  @Test
  void noneShowsASecret() {
    assertThat(tools())
        .allSatisfy(tool -> assertThat(
                tool.fields().stream().flatMap(ToolsTest::deep).filter(Field::isSecret))
            .as(tool.name())
            .isEmpty());
  }

  /** WHM's second proof that somebody may grant: a caller has it, and no tool shows it. */
  @Test
  void theOneSecretThatAToolTakesIsATickets() {
    assertThat(tools()
            .flatMap(tool -> tool.parameters().stream()
                .filter(parameter -> parameter.type().isSecret())
                .map(parameter -> tool.name() + " " + parameter.name())))
        .containsExactly("ticket_grant secure_id");
  }

  @Test
  void whatAToolTakesIsWhatItsFunctionDeclares() {
    assertThat(tools()).allSatisfy(tool -> {
      var schema = ToolSchema.of(tool);
      var properties = (Data.Hash) schema.get("properties").orElseThrow();
      assertThat(properties.entries().keySet()).isEqualTo(ToolSchema.names(tool));
      assertThat(properties.entries().keySet())
          .containsAll(tool.parameters().stream()
              .map(Parameter::name)
              .filter(name -> !Set.of("api.dry_run", "api.idempotency_key").contains(name))
              .toList())
          .doesNotContain("api.dry_run", "api.idempotency_key");
      assertThat(schema.get("additionalProperties")).contains(new Data.Truth(false));
      assertThat(properties.get("confirm").isPresent()).isEqualTo(tool.isChanging());
      assertThat(tool.parameters()).noneMatch(parameter -> parameter.name().equals("confirm"));
    });
  }

  @Test
  void aToolThatChangesSomethingSaysSo() {
    var grant =
        Tools.of(functions.find("ticket_grant").orElseThrow().declaration()).toString();
    var list =
        Tools.of(functions.find("ticket_list").orElseThrow().declaration()).toString();

    assertThat(grant).contains("readOnlyHint=Truth[value=false]", "It takes two calls");
    assertThat(list).contains("readOnlyHint=Truth[value=true]").doesNotContain("two calls");
    assertThat(list).contains("enum", "open", "closed");
  }

  @Test
  void aListThatIsTooLongForOneAnswerGoesOn() {
    var many = Stream.iterate(0, number -> number + 1)
        .limit(Tools.PAGE + 3L)
        .map(number -> Declaration.of("tool_%03d".formatted(number), "Is a tool.")
            .forAnyCaller()
            .needsNothingMore()
            .asTool())
        .toList();

    var first = Tools.list(many, null, Optional.empty());
    var next = Message.text(first, "nextCursor");
    var second = Tools.list(many, null, next);

    assertThat(names(first)).hasSize(Tools.PAGE).doesNotContainAnyElementsOf(names(second));
    assertThat(names(second)).containsExactly("tool_050", "tool_051", "tool_052");
    assertThat(second.get("nextCursor")).isEmpty();
  }

  private static List<String> names(Data.Hash list) {
    return ((Data.Sequence) list.get("tools").orElseThrow())
        .items().stream()
            .map(tool -> Message.text((Data.Hash) tool, "name").orElseThrow())
            .toList();
  }

  private Stream<Declaration> tools() {
    return functions.declarations().stream().filter(Declaration::isTool);
  }

  private static Stream<Field> deep(Field field) {
    return Stream.concat(Stream.of(field), field.type().fields().stream().flatMap(ToolsTest::deep));
  }
}
