package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.testing.WhmClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code infra/enrol} against a running laptop server. Its pauses are a stand-in that notes them; curl is the real one
 * behind a list of the options that curl 7.61 has; AWS' command line is the real one for the walk, and a stand-in otherwise.
 */
class EnrolIT {
  private static final String AWS = """
      #!/bin/sh
      printf '%s\\n' "$*" >> "$CALLS"
      """;

  private static final String SLEEP = """
      #!/bin/sh
      echo "$1" >> "$PAUSES"
      """;

  /** An option goes on this list when curl 7.61, which EL8 has, is known to have it. */
  private static final String CURL = """
      #!/bin/sh
      echo curl >> "$CURLS"
      for option in "$@"; do
        case $option in
          --silent | --show-error | --write-out | --proto | --config | --cacert | --data | --data-urlencode) ;;
          --*)
            echo "curl: option $option: is unknown" >&2
            exit 2
            ;;
        esac
      done
      PATH=${PATH#*:} exec curl "$@"
      """;

  @TempDir
  static Path shared;

  private static ServerProcess server;
  private static String node;

  @TempDir
  Path folder;

  private Path bin;

  private record Run(int code, String said) {}

  /** The second sample server is a machine that nobody has enrolled. */
  @BeforeAll
  static void launch() throws Exception {
    server = ServerProcess.launch(shared.resolve("data")).awaitStart();
    node = WhmClient.parse(call("fleet_server_list")).at("/data/servers/1/node").asText();
    assertThat(call("fleet_server_remove?name=web02")).contains("\"result\":1");
  }

  @AfterAll
  static void end() {
    server.close();
  }

  @BeforeEach
  void programs() throws IOException {
    bin = Files.createDirectories(folder.resolve("bin"));
    program("sleep", SLEEP);
    program("curl", CURL);
    program("aws", AWS);
    Files.copy(
        Path.of("infra/enrol"),
        Files.createDirectories(folder.resolve("infra")).resolve("enrol"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(folder.resolve("token"), "root:" + server.rootToken());
  }

  /** The lines of the section "Enroll servers" of {@code docs/deploy.md} as they are there. */
  @Test
  void theDocumentedWalkWithTheRealCommandLine() throws Exception {
    assumeTrue(run("PATH=${PATH#*:} aws --version").code() == 0, "no aws");
    Files.delete(bin.resolve("aws"));
    var keys = server.data().resolve("servers/web02/root/.ssh/authorized_keys");
    var before = Files.readString(keys);
    Files.copy(server.data().resolve("sample-vendor.pub"), folder.resolve("vendor.pub"));
    var lines = documented();

    assertThat(run("aws ssm describe-instance-information --filters Key=InstanceIds,Values=" + node)
            .said())
        .contains("\"InstanceId\": \"" + node + "\"", "\"PingStatus\": \"Online\"", "\"web02\"");
    assertThat(run("aws ssm remove-tags-from-resource --resource-type ManagedInstance"
                + " --resource-id " + node + " --tag-keys Latchkey")
            .code())
        .isZero();
    // As the role has it, of which the tag is the condition: nothing reaches the node of another
    // stack.
    var other = run(lines.get(1).replace("STACK", "Another"));
    assertThat(other.code()).as(other.said()).isNotZero();
    assertThat(other.said()).contains("(AccessDeniedException)", "\"result\":0");
    assertThat(call("fleet_server_remove?name=web01-walk")).contains("\"result\":1");

    var enrolled = run(lines.get(1).replace("STACK", LocalFleet.STACK));
    assertThat(enrolled.code()).as(enrolled.said()).isZero();
    assertThat(enrolled.said()).contains("\"name\":\"web01-walk\"", "\"agent_version\":\"1\"");
    assertThat(run("aws ssm list-tags-for-resource --resource-type ManagedInstance --resource-id "
                + node)
            .said())
        .contains("\"Key\": \"Latchkey\"", "\"Value\": \"" + LocalFleet.STACK + "\"");
    var whm = lines.get(2) + "\n";
    assertThat(run(whm + lines.get(3)).said()).contains("\"result\":1");
    var stub = WhmClient.parse(run(whm + lines.get(4)).said()).path("data");
    var ticket = stub.path("ticket_id").asText();
    var grant = lines
        .get(5)
        .replace("ticket_id=…", "ticket_id=" + ticket)
        .replace("secure_id=…", "secure_id=" + stub.path("secure_id").asText());
    assertThat(run(whm + grant).said()).contains("\"result\":1", "\"AUTHED\"");
    assertThat(keys).content().startsWith(before).contains("latchkey-ticket-" + ticket);
    assertThat(run(whm + lines.get(6).replace("ticket_id=…", "ticket_id=" + ticket))
            .said())
        .contains("\"result\":1", "\"revoked_keys\":1");
    assertThat(keys).content().isEqualTo(before);
    assertThat(call("fleet_server_remove?name=web01-walk")).contains("\"result\":1");
  }

  @Test
  void aNodeIsTaggedRegisteredAndSeen() throws Exception {
    var enrolled = enrol("stack", node, "mail01");

    assertThat(enrolled.code()).as(enrolled.said()).isZero();
    assertThat(enrolled.said()).contains("\"name\":\"mail01\"", "\"agent_version\":\"1\"");
    assertThat(Files.readString(folder.resolve("calls")))
        .isEqualTo("ssm add-tags-to-resource --resource-type ManagedInstance --resource-id " + node
            + " --tags Key=Latchkey,Value=stack\n");
    assertThat(enrol("stack", node, "mail01").said()).contains("\"agent_version\":\"1\"");
    assertThat(enrol("stack", node, "mail01", "root").said()).contains("\"agent_version\":\"1\"");
    assertThat(enrol("stack", node, "mail01", "other").said()).doesNotContain("agent_version");
    assertThat(enrol("--managed-keys", "stack", node, "mail01").said())
        .contains("\"key_file\":\"managed\"");
    assertThat(enrol("--managed-keys", "--krl", "stack", node, "mail01").said())
        .contains("\"key_file\":\"managed\"", "\"revoked_keys\":\"krl\"");
    assertThat(enrol("stack", node, "mail02").said()).contains("the node of another server");
    assertThat(enrol("stack", "mi-0123456789abcdef0", "mail01").said()).contains("already");
    assertThat(enrol("stack", "web02", "mail02").said()).contains("is not a valid node id");
    assertThat(enrol("stack").said()).contains("usage:");
    assertThat(call("fleet_server_remove?name=mail01")).contains("\"result\":1");
  }

  /** What is tagged just now may be unknown for minutes; here it stays so. */
  @Test
  void aServerThatDoesNotAnswerYetIsTriedAgain() throws Exception {
    var enrolled = enrol("stack", "i-0123456789abcdef0", "mail03");

    assertThat(enrolled.code()).isNotZero();
    assertThat(enrolled.said())
        .contains("mail03 has stated nothing yet; tries again in 64 s", "\"result\":0");
    assertThat(Files.readString(folder.resolve("calls")))
        .isEqualTo("ec2 create-tags --resources i-0123456789abcdef0"
            + " --tags Key=Latchkey,Value=stack\n");
    assertThat(Files.readAllLines(folder.resolve("pauses")))
        .containsExactly("1", "2", "4", "8", "16", "32", "64");
  }

  @Test
  void theTokenGoesNowhereInClearText() throws Exception {
    for (var url : List.of("http://127.0.0.1:" + server.httpPort(), "localhost", "HTTP://x")) {
      var refused = run("LATCHKEY_URL=" + url + " LATCHKEY_TOKEN_FILE=token infra/enrol stack "
          + node + " mail04");

      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.said()).contains("must not go there in clear text", "https://");
    }
    assertThat(folder.resolve("calls")).doesNotExist();
    assertThat(folder.resolve("curls")).doesNotExist();
  }

  @Test
  void aRefusalOfTheWholeCallIsShownWithItsStatus() throws Exception {
    Files.writeString(folder.resolve("token"), "root:" + "A".repeat(32));

    var refused = enrol("stack", node, "mail05");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.said()).contains("cpanelresult", "HTTP status 403 from https://localhost");
    assertThat(folder.resolve("pauses")).doesNotExist();
    Files.writeString(folder.resolve("token"), "");
    assertThat(enrol("stack", node, "mail05").said()).contains("token", "is empty or not there");
  }

  @Test
  void anApiThatDoesNotAnswerIsNamed() throws Exception {
    var refused =
        run("LATCHKEY_URL=https://localhost:9 LATCHKEY_TOKEN_FILE=token infra/enrol stack " + node
            + " mail06");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.said()).contains("curl:", "no answer from https://localhost:9");
  }

  /** The lines of the example, each with this server in the place of the example's. */
  private static List<String> documented() throws IOException {
    var text = Files.readString(Path.of("docs/deploy.md"));
    var lines = new ArrayList<String>();
    text.substring(text.indexOf("## Enroll servers"))
        .lines()
        .skip(1)
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("    "))
        .map(line -> line.strip()
            .replace("i-0123456789abcdef0", node)
            .replace("web01", "web01-walk")
            .replace("203.0.113.0/24", "127.0.0.1"))
        .forEach(lines::add);
    assertThat(lines).hasSize(7);
    assertThat(lines.get(0))
        .isEqualTo("export LATCHKEY_URL=https://….execute-api.REGION.amazonaws.com"
            + " LATCHKEY_TOKEN_FILE=token");
    return lines;
  }

  private Run enrol(String... arguments) throws IOException, InterruptedException {
    return run("infra/enrol " + String.join(" ", arguments));
  }

  /** By a shell in a folder of its own, with the variables of this run. */
  private Run run(String line) throws IOException, InterruptedException {
    var command = new ProcessBuilder("bash", "-c", ". \"$AWS_VARIABLES\"\n" + line)
        .directory(folder.toFile());
    var environment = command.environment();
    environment.put("PATH", bin + ":" + environment.get("PATH"));
    environment.put("AWS_VARIABLES", server.data().resolve(AwsVariables.NAME).toString());
    environment.put("CALLS", folder.resolve("calls").toString());
    environment.put("CURLS", folder.resolve("curls").toString());
    environment.put("PAUSES", folder.resolve("pauses").toString());
    environment.put("LATCHKEY_URL", "https://localhost:" + server.httpsPort());
    environment.put("LATCHKEY_TOKEN_FILE", "token");
    environment.put("LATCHKEY_CA", server.data().resolve("ca.pem").toString());
    environment.put("CURL_CA_BUNDLE", server.data().resolve("ca.pem").toString());
    var process = command.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }

  private void program(String name, String text) throws IOException {
    assertThat(Files.writeString(bin.resolve(name), text).toFile().setExecutable(true))
        .isTrue();
  }

  private static String call(String function) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.httpPort() + "/json-api/" + function
        + (function.contains("?") ? "&" : "?") + "api.version=1");
    var request = HttpRequest.newBuilder(uri)
        .header("Authorization", "whm root:" + server.rootToken())
        .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}
