package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the rest of the machine sees of a running command. */
class CliProcessTest extends CliCase {
  private static final String TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final String SECURE_ID = "rofh411bv8";
  private static final int PATIENCE_S = 60;

  private CliProcess shell() {
    return new CliProcess(home).login("root:" + TOKEN);
  }

  @Test
  void noSecretStandsInItsCommandLineOrEnvironmentWhileItCalls() throws Exception {
    Files.writeString(home.resolve("secure_id"), SECURE_ID + "\n");
    var seen = new CompletableFuture<String>();
    var started = new CompletableFuture<Process>();
    server.says(out -> seen.complete(tree(started.join())));
    started.complete(shell()
        .typed(
            server.url(),
            "latchkey -v --retries=0 ticket_grant ticket_id=1 server_num=1 secure_id=@"
                + home.resolve("secure_id"))
        .redirectErrorStream(true)
        .start());
    var said = new String(started.join().getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(server.requests().get(0)).contains(TOKEN, SECURE_ID);
    assertThat(seen.get(PATIENCE_S, TimeUnit.SECONDS))
        .contains("CliMain", "ticket_grant")
        .doesNotContain(TOKEN, SECURE_ID);
    assertThat(said).contains("ticket_id=1").doesNotContain(TOKEN, SECURE_ID);
  }

  /** Command line and environment of a process and of its children. */
  private static String tree(Process process) throws IOException {
    var all = new StringBuilder();
    var handles =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    for (var handle : handles) {
      for (var what : new String[] {"cmdline", "environ"}) {
        all.append(Files.readString(
            Path.of("/proc", Long.toString(handle.pid()), what), StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  @Test
  void controlCEndsItAtOnce() throws Exception {
    var asked = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    server.says(out -> {
      asked.countDown();
      try {
        over.await(PATIENCE_S, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    var process = shell()
        .typed(
            server.url(), "exec env --default-signal=INT latchkey version") // as a terminal has it
        .redirectErrorStream(true)
        .start();
    assertThat(asked.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();

    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
    over.countDown();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(process.getInputStream().readAllBytes()).isEmpty();
  }

  @Test
  void aReaderThatHasEnoughIsNoNoise() {
    server.done("[\"" + "x".repeat(1_000_000) + "\"]");

    assertThat(
            shell().says(server.url(), "latchkey version | head -c 4; echo \"${PIPESTATUS[0]}\""))
        .isEqualTo("---\n141\n");
  }

  @Test
  void theNameDecidesHowValuesAreRead() {
    server.done("{}");
    var all = shell()
        .says(
            server.url(), "latchkey of_tomorrow a=%20 && whmapi1 of_tomorrow b=%20 --output=json");

    assertThat(all).startsWith("---\n").contains("{\"metadata\":");
    assertThat(server.requests())
        .extracting(request -> request.substring(request.indexOf("\r\n\r\n") + 4))
        .containsExactly("api.version=1&a=%2520", "api.version=1&b=+");
  }

  @Test
  void secretsComeThroughPipesAndTheTokenToo() {
    server.done("{}");
    shell()
        .says(
            server.url(),
            "printf 'x\\n' | LATCHKEY_TOKEN_FILE=<(printf other:T) latchkey version a=@- b=@<(printf y)");

    assertThat(server.requests().get(0))
        .contains("Authorization: whm other:T\r\n")
        .endsWith("\r\n\r\napi.version=1&a=x&b=y");
  }

  @Test
  void theTabKeyAsksByAPipe() {
    assertThat(shell().says(server.url(), "printf 'latchkey --output xm' | latchkey __complete"))
        .isEqualTo("xml\n");
  }
}
