package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.WhmClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code infra/enrol} against a running server; AWS' command line and its pauses are stand-ins that note what they are asked for. */
class EnrolIT {
  private static final String AWS = """
      #!/bin/sh
      printf '%s\\n' "$*" >> "$AWS_CALLS"
      """;

  private static final String SLEEP = """
      #!/bin/sh
      echo "$1" >> "$PAUSES"
      """;

  @TempDir
  Path folder;

  @Test
  void aNodeIsTaggedRegisteredAndSeen() throws Exception {
    try (var server = ServerProcess.launch(folder.resolve("data")).awaitStart()) {
      var servers = WhmClient.parse(call(server, "fleet_server_list")).at("/data/servers");
      var node = servers.at("/1/node").asText();
      call(server, "fleet_server_remove?name=web02");

      var enrolled = enrol(server, "stack", node, "mail01");

      assertThat(enrolled).contains("\"name\":\"mail01\"", "\"agent_version\":\"1\"");
      assertThat(Files.readString(folder.resolve("calls")))
          .isEqualTo("ssm add-tags-to-resource --resource-type ManagedInstance --resource-id "
              + node + " --tags Key=Latchkey,Value=stack\n");
      assertThat(enrol(server, "stack", node, "mail01")).contains("\"agent_version\":\"1\"");
      assertThat(enrol(server, "stack", node, "mail01", "root"))
          .contains("\"agent_version\":\"1\"");
      assertThat(enrol(server, "stack", node, "mail01", "other")).doesNotContain("agent_version");
      assertThat(enrol(server, "--managed-keys", "stack", node, "mail01"))
          .contains("\"key_file\":\"managed\"");
      assertThat(enrol(server, "stack", node, "mail02")).contains("the node of another server");
      assertThat(enrol(server, "stack", "mi-0123456789abcdef0", "mail01")).contains("already");
      assertThat(enrol(server, "stack", "web02", "mail02")).contains("is not a valid node id");
      assertThat(enrol(server, "stack")).contains("usage:");
    }
  }

  /** What is tagged just now may be unknown for minutes; here it stays so. */
  @Test
  void aServerThatDoesNotAnswerYetIsTriedAgain() throws Exception {
    try (var server = ServerProcess.launch(folder.resolve("data")).awaitStart()) {
      var enrolled = enrol(server, "stack", "mi-0123456789abcdef0", "mail01");

      assertThat(enrolled)
          .contains("mail01 has stated nothing yet; tries again in 64 s", "\"result\":0");
      assertThat(Files.readAllLines(folder.resolve("pauses")))
          .containsExactly("1", "2", "4", "8", "16", "32", "64");
    }
  }

  private String enrol(ServerProcess server, String... arguments)
      throws IOException, InterruptedException {
    var bin = Files.createDirectories(folder.resolve("bin"));
    for (var program : Map.of("aws", AWS, "sleep", SLEEP).entrySet()) {
      var file = Files.writeString(bin.resolve(program.getKey()), program.getValue());
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    var token = Files.writeString(folder.resolve("token"), "root:" + server.rootToken());
    var command = new ProcessBuilder("infra/enrol");
    command.command().addAll(List.of(arguments));
    var environment = command.environment();
    environment.put("PATH", bin + ":" + environment.get("PATH"));
    environment.put("AWS_CALLS", folder.resolve("calls").toString());
    environment.put("PAUSES", folder.resolve("pauses").toString());
    environment.put("LATCHKEY_URL", "https://localhost:" + server.httpsPort());
    environment.put("LATCHKEY_TOKEN_FILE", token.toString());
    environment.put("LATCHKEY_CA", server.data().resolve("ca.pem").toString());
    var process = command.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  private static String call(ServerProcess server, String function) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.httpPort() + "/json-api/" + function
        + (function.contains("?") ? "&" : "?") + "api.version=1");
    var request = HttpRequest.newBuilder(uri)
        .header("Authorization", "whm root:" + server.rootToken())
        .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}
