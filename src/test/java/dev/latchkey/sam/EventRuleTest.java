package dev.latchkey.sam;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The template's rule for the ends of commands. */
class EventRuleTest {
  private static final String EVENT = """
      {"version":"0","id":"51c0891d-0e34-45b1-83d6-95db273d1602",\
      "detail-type":"EC2 Command Invocation Status-change Notification","source":"aws.ssm",\
      "account":"123456789012","time":"2016-07-10T21:51:32Z","region":"us-east-1",\
      "resources":["arn:aws:ec2:us-east-1:123456789012:instance/i-0123456789abcdef0"],\
      "detail":{"command-id":"e8d3c0e4-71f7-4491-898f-c9b35bee5f3b","document-name":"DOCUMENT",\
      "instance-id":"i-0123456789abcdef0","requested-date-time":"2016-07-10T21:51:30.049Z",\
      "status":"STATUS"}}""";

  private final EventRule rule =
      SamLocal.template(Path.of("sam-template.yaml"), "java21").eventRules().get(0);

  @Test
  void theReconcilerIsToldTheNodeAndTheCommand() {
    var input = JsonTrees.parse(
            rule.input(event("Latchkey-OrderDocument", "Success")).getBytes(StandardCharsets.UTF_8))
        .orElseThrow();

    assertThat(rule.function()).isEqualTo("Reconciler");
    assertThat(input.path("rawPath").asText()).isEqualTo("/internal/reconcile");
    assertThat(input.path("rawQueryString").asText())
        .isEqualTo("node=i-0123456789abcdef0&command=e8d3c0e4-71f7-4491-898f-c9b35bee5f3b");
  }

  @ParameterizedTest
  @CsvSource({
    "Latchkey-OrderDocument, Success, true",
    "Latchkey-OrderDocument, Failed, true",
    "Latchkey-OrderDocument-OFANOTHERRELEASE, Success, true",
    "Latchkey-Other-OrderDocument-1ABCDEF, Success, false",
    "Latchkey-OrderDocument, InProgress, false",
    "Latchkey-OrderDocument, TimedOut, false",
    "Latchkey-InstallDocument, Success, false",
    "AWS-RunShellScript, Success, false"
  })
  void onlyOrdersThatEndedAreToldOf(String document, String status, boolean told) {
    assertThat(rule.matches(event(document, status))).isEqualTo(told);
  }

  private static JsonNode event(String document, String status) {
    return JsonTrees.parse(EVENT
            .replace("DOCUMENT", document)
            .replace("STATUS", status)
            .getBytes(StandardCharsets.UTF_8))
        .orElseThrow();
  }
}
