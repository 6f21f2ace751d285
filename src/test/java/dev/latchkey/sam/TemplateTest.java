package dev.latchkey.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.local.LocalProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The template that is deployed, and small ones that are wrong. */
class TemplateTest {
  private static final Template DEPLOYED =
      SamLocal.template(Path.of("sam-template.yaml"), "java21");

  @TempDir
  Path folder;

  @Test
  void aFunctionHasTheGlobalsAndItsOwn() {
    var function = function(DEPLOYED, "TicketGrant");
    assertThat(function.timeout()).isEqualTo(Duration.ofSeconds(29));
    assertThat(function.memory()).isEqualTo(1024);
    assertThat(function.handler()).endsWith("QuarkusStreamHandler::handleRequest");
    assertThat(function.environment())
        .containsEntry("LATCHKEY_FUNCTIONS", "ticket_grant")
        .containsEntry("LATCHKEY_HOSTNAME", "localhost")
        .containsEntry("LATCHKEY_TABLE", DEPLOYED.tables().get(0))
        .hasEntrySatisfying(
            "LATCHKEY_SSM_ORDER_DOCUMENT",
            name -> assertThat(DEPLOYED.documents()).containsKey(name))
        .hasEntrySatisfying(
            "LATCHKEY_SSM_INSTALL_DOCUMENT",
            name -> assertThat(DEPLOYED.documents()).containsKey(name))
        .containsEntry("DISABLE_SIGNAL_HANDLERS", "true")
        .doesNotContainKey("LATCHKEY_SERVERS_DOMAIN");
    assertThat(function(DEPLOYED, "Reconciler").timeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(function(DEPLOYED, "UnknownFunction").environment())
        .doesNotContainKeys("LATCHKEY_FUNCTIONS", "LATCHKEY_INTERNAL");
  }

  @Test
  void theNativePackageHasItsOwnMemoryAndHandler() {
    var function =
        function(SamLocal.template(Path.of("sam-template.yaml"), "provided.al2023"), "Version");
    assertThat(function.memory()).isEqualTo(256);
    assertThat(function.handler()).isEqualTo("bootstrap");
  }

  @Test
  void everyRouteLeadsToAFunctionOfTheTemplate() {
    var ids = DEPLOYED.functions().stream().map(SamFunction::id).toList();
    assertThat(DEPLOYED.routes().all())
        .isNotEmpty()
        .allSatisfy(route -> assertThat(ids).contains(route.function()))
        .contains(
            new GatewayRoute(GatewayRoute.ANY, "/{api}/ticket_grant", "TicketGrant"),
            new GatewayRoute(GatewayRoute.ANY, "/{session}/{api}/ticket_grant", "TicketGrant"),
            new GatewayRoute(GatewayRoute.ANY, GatewayRoute.DEFAULT, "UnknownFunction"));
    assertThat(DEPLOYED.routes().all())
        .extracting(GatewayRoute::function)
        .doesNotContain("Reconciler", "Bootstrap");
  }

  @Test
  void theScheduleInvokesTheReconciler() {
    assertThat(DEPLOYED.schedules()).singleElement().satisfies(schedule -> {
      assertThat(schedule.function()).isEqualTo("Reconciler");
      assertThat(schedule.every()).isEqualTo(Duration.ofMinutes(1));
      assertThat(schedule.input()).contains("\"rawPath\":\"/internal/reconcile\"");
    });
  }

  @Test
  void whatIsNotKnownIsOneSentence() throws IOException {
    assertRefused(
        "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Handler: !Base64 x}}}",
        "!Base64");
    assertRefused(
        "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Handler: !Ref G}}}", "no G");
    assertRefused(
        "Resources: {F: {Type: AWS::Serverless::Function, Properties: {Handler: h}}}",
        "no MemorySize");
    assertRefused("Parameters: {P: {Type: String}}", "parameter P");
    assertRefused("- a list", "not a template");
    assertRefused("a: b: c", "no YAML");
    assertRefused("a: 1\na: 2", "duplicate");
  }

  private void assertRefused(String template, String words) throws IOException {
    var file = Files.writeString(folder.resolve("template.yaml"), template);
    assertThatThrownBy(() -> Template.read(file, Map.of()).functions())
        .isInstanceOf(LocalProblem.class)
        .hasMessageContaining(words);
  }

  private static SamFunction function(Template template, String id) {
    return template.functions().stream()
        .filter(one -> one.id().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
