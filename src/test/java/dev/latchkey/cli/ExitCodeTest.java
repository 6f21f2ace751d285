package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.local.HttpsFront;
import dev.latchkey.testing.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script learns of each way in which a call can end. */
class ExitCodeTest extends CliCase {
  private static final String TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private CliRun latchkey() {
    return new CliRun(home).to(server.url(), "root:" + TOKEN);
  }

  @Test
  void zeroIfItIsDone() {
    server.done("{\"hostname\":\"here\"}");
    var run = latchkey().run("gethostname");

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .isEqualTo(
            "---\ndata:\n  hostname: here\nmetadata:\n  command: c\n  reason: OK\n  result: 1\n  version: 1\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void oneIfItIsRefusedWithTheReasonAndTheRequestId() {
    server.refused("There is no such ticket.");
    var run = latchkey().run("ticket_list", "ticket_id=9");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("result: 0");
    assertThat(run.err())
        .isEqualTo("latchkey: ticket_list: There is no such ticket.\nlatchkey: request id: id-1\n");
  }

  @Test
  void twoForAWrongCommandLineAndNothingIsSent() {
    server.done("{}");
    for (var words : new String[][] {
      {"version", "--colour"},
      {"version", "what"},
      {"version", "=x"},
      {"../version"},
      {"version", "--output=human"},
      {"version", "--timeout=soon"},
      {"version", "--server=web01"},
      {"fleet_server_check", "--server=web01", "api.server=web02"},
      {"version", "--idempotency-key=a"},
      {"ticket_grant", "--idempotency-key=a b"},
      {"ticket_grant", "secure_id=@" + home.resolve("missing")},
      {"api_token_list", "--user=somebody"},
      {"version", "x:={"},
      {"help", "no_such_function"},
      {"profile", "use", "none"},
      {"watch", "ticket_revoke"},
    }) {
      assertThat(latchkey().run(words).code()).as(String.join(" ", words)).isEqualTo(2);
    }
    assertThat(server.requests()).isEmpty();
  }

  /** A name may begin as this machine's address does, and be anybody's. */
  @ParameterizedTest
  @ValueSource(strings = {"whm.example.com", "127.evil.example", "localhost.evil.example"})
  void twoForAnAddressThatShowsTheTokenToTheNetwork(String host) {
    var run = new CliRun(home).to("http://" + host + ":2086", "root:" + TOKEN).run("version");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("in clear text", "https://").doesNotContain(TOKEN);
  }

  @Test
  void twoForATokenFileThatOthersCanRead() throws IOException {
    server.done("{}");
    var run = latchkey();
    Files.setPosixFilePermissions(
        home.resolve("token"), PosixFilePermissions.fromString("rw-r-----"));

    assertThat(run.run("version").code()).isEqualTo(2);
    assertThat(run.err()).contains("chmod 600", "rw-r-----").doesNotContain(TOKEN);
    assertThat(server.requests()).isEmpty();
  }

  /** With what the server says, which {@code AccessDeniedTest} compares. */
  @ParameterizedTest
  @ValueSource(strings = {"json", "xml"})
  void threeIfTheCredentialIsNotAccepted(String output) {
    server.says(403, Golden.text("access-denied." + output), "Content-Type: text/plain");
    var run = latchkey().run("version", "--output=" + output);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err())
        .contains(
            "does not accept the token of root: not valid, expired, or not from this address (HTTP 403).",
            "request id: id-1")
        .doesNotContain(TOKEN, "what stands before it");
  }

  @Test
  void fourIfNothingListens() throws IOException {
    int port;
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    var run = new CliRun(home)
        .to("http://127.0.0.1:" + port, "root:" + TOKEN)
        .run("version", "--retries=0");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("Cannot connect to 127.0.0.1:" + port);
  }

  @Test
  void fourIfTheHostIsUnknown() {
    var run = new CliRun(home)
        .to("https://nowhere.invalid", "root:" + TOKEN)
        .run("version", "--retries=0");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("nowhere.invalid is unknown");
  }

  @Test
  void fourIfTheAnswerDoesNotComeInTimeAlsoWhereItComesByteByByte() {
    server.says(out -> {
      var text = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + " ".repeat(100);
      for (var one : text.toCharArray()) {
        out.write(one);
        out.flush();
        LockSupport.parkNanos(50_000_000);
      }
    });
    var begin = System.nanoTime();
    var run = latchkey().run("version", "--timeout=1", "--retries=0");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("within 1 s");
    assertThat(System.nanoTime() - begin).isLessThan(4_000_000_000L);
  }

  @Test
  void fourForTlsThatIsNotTrustedAndZeroWithItsCertificate() throws Exception {
    server.done("{}");
    try (var front = new HttpsFront(URI.create(server.url()), home)) {
      var run = new CliRun(home).to(front.url(), "root:" + TOKEN).run("version", "--retries=0");
      assertThat(run.code()).isEqualTo(4);
      assertThat(run.err())
          .contains("not signed by anybody whom this machine trusts", "LATCHKEY_CA");
      assertThat(server.requests()).isEmpty();

      run.with("LATCHKEY_CA", pem().toString());
      assertThat(run.run("version").code()).as(run.err()).isZero();
    }
  }

  @Test
  void fourForWhatDoesNotSpeakTls() throws IOException {
    try (var plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var thread = new Thread(() -> {
        try (var socket = plain.accept()) {
          socket
              .getOutputStream()
              .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          socket.getInputStream().readAllBytes();
        } catch (IOException e) {
          // The client has gone.
        }
      });
      thread.start();
      var url = "https://127.0.0.1:" + plain.getLocalPort();
      var run = new CliRun(home).to(url, "root:" + TOKEN).run("version", "--retries=0");

      assertThat(run.code()).isEqualTo(4);
      assertThat(run.err()).contains("TLS with 127.0.0.1:" + plain.getLocalPort() + " failed");
    }
  }

  private Path pem() throws Exception {
    var store = KeyStore.getInstance(home.resolve("https.p12").toFile(), "changeit".toCharArray());
    var certificate = store.getCertificate(store.aliases().nextElement());
    return Files.writeString(
        home.resolve("ca.pem"),
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
            + "\n-----END CERTIFICATE-----\n");
  }

  @Test
  void fourIfTheAnswerIsCutShort() {
    server.says(out -> out.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".getBytes()));
    var run = latchkey().run("ticket_revoke", "ticket_id=1", "server_num=1", "ssh_username=root");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("It is not known whether ticket_revoke was done");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void fiveForAFaultOfTheServerAndForWhatIsNotTheApi() {
    server
        .says(
            500,
            "{\"metadata\":{\"version\":1,\"command\":\"c\",\"reason\":\"API failure: (XID abc234) x\",\"result\":0}}")
        .says(200, "<html>Hello</html>")
        .says(302, "", "Location: https://elsewhere.example.com/");
    var fault = latchkey().run("ticket_revoke", "ticket_id=1", "server_num=1", "ssh_username=root");
    assertThat(fault.code()).isEqualTo(5);
    assertThat(fault.err())
        .contains(
            "(XID abc234)", "It is not known whether ticket_revoke was done", "request id: id-1");

    var other = latchkey().run("ticket_list");
    assertThat(other.code()).isEqualTo(5);
    assertThat(other.err())
        .contains("did not answer as WHM API 1")
        .doesNotContain("not known whether");

    assertThat(latchkey().run("ticket_list").code()).isEqualTo(5);
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void aFullDiskIsNoSuccess() throws IOException {
    server.done("{}");
    latchkey();
    try (var full = Files.newOutputStream(Path.of("/dev/full"))) {
      var code = new LatchkeyCommand(new Workplace(
              "latchkey",
              Map.of(
                  "LATCHKEY_URL",
                  server.url(),
                  "LATCHKEY_TOKEN_FILE",
                  home.resolve("token").toString()),
              home,
              InputStream.nullInputStream(),
              full,
              OutputStream.nullOutputStream(),
              false,
              false,
              pause -> {}))
          .run(List.of("version"));
      assertThat(code).isEqualTo(4);
    }
  }
}
