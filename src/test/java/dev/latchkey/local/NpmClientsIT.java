package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of WHM's API and of MCP from npm, unmodified, drive a running server; see {@code src/test/clients}. */
class NpmClientsIT {
  private static final File CLIENTS = new File("src/test/clients");

  @Test
  void doEverythingThatATokenNeeds(@TempDir Path folder) throws IOException, InterruptedException {
    install();
    try (var server =
        ServerProcess.launch(folder.resolve("data"), "-Dlatchkey.mcp=true").awaitStart()) {
      var node = new ProcessBuilder("node", "--test", "clients.test.mjs", "mcp.test.mjs");
      node.environment().put("LATCHKEY_HTTP_PORT", Integer.toString(server.httpPort()));
      node.environment().put("LATCHKEY_HTTPS_PORT", Integer.toString(server.httpsPort()));
      node.environment().put("LATCHKEY_ROOT_TOKEN", server.rootToken());
      node.environment().put("LATCHKEY_DATA", server.data().toAbsolutePath().toString());
      node.environment()
          .put(
              "NODE_EXTRA_CA_CERTS",
              server.data().resolve("ca.pem").toAbsolutePath().toString());
      run(node);
    }
  }

  static void install() throws IOException, InterruptedException {
    run(new ProcessBuilder(
        "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"));
  }

  static void run(ProcessBuilder command) throws IOException, InterruptedException {
    var process = command.directory(CLIENTS).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(output);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
