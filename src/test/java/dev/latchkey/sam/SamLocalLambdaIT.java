package dev.latchkey.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The package that is deployed, behind the template that is deployed; there only {@code myprivs} is wrong. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SamLocalLambdaIT {
  private static final Path PACKAGE = Path.of("target/lambda/function.zip");

  @TempDir
  static Path folder;

  private static SamProcess sam;

  @BeforeAll
  static void launch() throws IOException {
    assumeTrue(Files.exists(PACKAGE), "no package; mvn -Dlambda=http verify makes one");
    var template = Files.readString(Path.of("sam-template.yaml"));
    var wrong = template.replace("LATCHKEY_FUNCTIONS: myprivs ", "LATCHKEY_FUNCTIONS: applist ");
    assertThat(wrong).isNotEqualTo(template);
    sam = SamProcess.launch(
        folder, PACKAGE, Files.writeString(folder.resolve("template.yaml"), wrong));
  }

  @AfterAll
  static void end() {
    if (sam != null) {
      sam.close();
    }
  }

  @Test
  @Order(1)
  void aFunctionAnswersAtEachOfItsRoutes() throws Exception {
    for (var path : new String[] {"/json-api/version", "/cpsess123/json-api/version"}) {
      assertThat(sam.post(path, "api.version=1")).contains("\"result\":1", "\"version\":\"11.");
    }
    assertThat(sam.post("/xml-api/version", "api.version=1")).contains("<result>1</result>");
  }

  @Test
  @Order(2)
  void theTokenOfTheBootstrapIsRoots() throws Exception {
    assertThat(sam.post("/json-api/api_token_list", "api.version=1"))
        .contains("\"result\":1", "\"all\":1");
    assertThat(sam.output()).doesNotContain(sam.file("root-token"));
  }

  @Test
  @Order(3)
  void aTicketIsGrantedAndRevokedOnAServer() throws Exception {
    var ticket = sam.file(SamSamples.TICKET);
    var keys = "servers/web01/root/.ssh/authorized_keys";
    var before = sam.file(keys);
    assertThat(
            sam.post("/json-api/ticket_grant", "api.version=1&api.wait=20&server_num=1&" + ticket))
        .contains("\"result\":1", "\"AUTHED\"");
    assertThat(sam.file(keys)).startsWith(before).contains("latchkey-ticket-");
    assertThat(sam.post(
            "/json-api/ticket_revoke",
            "api.version=1&api.wait=20&server_num=1&ssh_username=root&" + ticket.split("&")[0]))
        .contains("\"result\":1", "\"revoked_keys\":1");
    assertThat(sam.file(keys)).isEqualTo(before);
  }

  /** By the event of Systems Manager: nobody waits for the command, and the schedule comes after half a minute. */
  @Test
  @Order(4)
  void whatACommandStatedAfterTheCallIsRecorded() throws Exception {
    var ticket = sam.file(SamSamples.TICKET);
    sam.post("/json-api/ticket_list", "api.version=1"); // It takes its time to start.
    sam.post("/json-api/ticket_grant", "api.version=1&api.wait=0&server_num=1&" + ticket);
    var end = System.nanoTime() + Duration.ofSeconds(28).toNanos();
    var listed = sam.post("/json-api/ticket_list", "api.version=1");
    while (!listed.contains("\"AUTHED\"") && System.nanoTime() < end) {
      // Without a pause the questions would take the processor from the function that is waited
      // for.
      LockSupport.parkNanos(Duration.ofMillis(250).toNanos());
      listed = sam.post("/json-api/ticket_list", "api.version=1");
    }
    assertThat(listed).contains("\"AUTHED\"");
    assertThat(sam.output()).contains("Reconciler | ");
  }

  @Test
  @Order(5)
  void whatNoRouteLeadsToIsUnknown() throws Exception {
    assertThat(sam.post("/json-api/nothing_of_ours", "api.version=1"))
        .contains("\"result\":0", "Unknown app");
    assertThat(sam.post("/internal/bootstrap", "")).contains("Not found");
  }

  /** Whatever the route says: the process answers for what it is configured for, and for nothing else. */
  @Test
  @Order(6)
  void aFunctionServesNoneThatItsEnvironmentDoesNotName() throws Exception {
    assertThat(sam.post("/json-api/myprivs", "api.version=1"))
        .contains("\"result\":0", "Unknown app");
  }

  /** By AWS's own command line, with the file that it is given for that. */
  @Test
  @Order(7)
  void awsInvokesAFunctionThatNoRouteLeadsTo() throws Exception {
    var answer = folder.resolve("answer.json");
    assertThat(sam.aws(
            "lambda",
            "invoke",
            "--function-name",
            "Latchkey-Bootstrap",
            "--payload",
            "fileb://infra/bootstrap.json",
            answer.toString()))
        .contains("\"StatusCode\": 200")
        .doesNotContain("FunctionError");
    assertThat(Files.readString(answer)).contains("\"statusCode\":200", "\"body\":\"");
    assertThat(
            sam.aws("lambda", "invoke", "--function-name", "Latchkey-Nothing", answer.toString()))
        .contains("ResourceNotFoundException", "Function not found: Latchkey-Nothing");
  }

  @Test
  @Order(8)
  void itsEndIsThatOfEveryProcess() throws Exception {
    var functions = sam.functions();
    assertThat(functions).isNotEmpty();
    assertThat(sam.stop()).isTrue();
    assertThat(functions).noneMatch(ProcessHandle::isAlive);
  }
}
