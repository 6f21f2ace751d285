package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's one command, as its user meets it. */
class LocalServerIT {
  private static final Duration SOON = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir
  Path folder;

  @Test
  void printsWhatToTryServesBothPortsStopsSoonAndKeepsItsState() throws Exception {
    var data = folder.resolve("data");
    String token;
    try (var server = ServerProcess.launch(data).awaitStart()) {
      token = server.rootToken();
      assertThat(server.output())
          .contains(
              token,
              "http://127.0.0.1:" + server.httpPort(),
              "https://127.0.0.1:" + server.httpsPort())
          .contains("--cacert", "curl");
      assertThat(PosixFilePermissions.toString(
              Files.getPosixFilePermissions(data.resolve("root-token"))))
          .isEqualTo("rw-------");
      assertThat(get(
              HttpClient.newHttpClient(),
              "http://127.0.0.1:" + server.httpPort(),
              token,
              "api_token_create?token_name=kept"))
          .contains("\"result\":1");
      for (var host : new String[] {"localhost", "127.0.0.1"}) {
        assertThat(
                get(trusting(data), "https://" + host + ":" + server.httpsPort(), token, "version"))
            .contains("11.138.0.6");
      }
      // What a pass has begun may be longer than a stop waits.
      await(server, token, "fleet_server_list", answer -> !answer.contains("\"confirmed\":0"));
      assertThat(server.stop()).isLessThan(SOON);
      assertThat(server.output()).doesNotContain("Exception");
    }
    try (var again = ServerProcess.launch(data).awaitStart()) {
      assertThat(again.rootToken()).isEqualTo(token);
      assertThat(again.output()).doesNotContain(token);
      assertThat(get(
              trusting(data), "https://localhost:" + again.httpsPort(), token, "api_token_list"))
          .contains("\"kept\"");
      awaitSeal(again, token);
    }
    // Whoever has lost all tokens takes the file away.
    Files.delete(data.resolve("root-token"));
    try (var again = ServerProcess.launch(data).awaitStart()) {
      assertThat(again.rootToken()).isNotEqualTo(token);
      assertThat(again.output()).contains(again.rootToken());
      assertThat(get(
              trusting(data),
              "https://localhost:" + again.httpsPort(),
              again.rootToken(),
              "api_token_list"))
          .contains("\"kept\"");
    }
  }

  @Test
  void aPortInUseIsOneSentence() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var server = ServerProcess.launch(folder.resolve("data"), taken.getLocalPort())) {
      assertRefused(server, Integer.toString(taken.getLocalPort()), "in use");
    }
  }

  @Test
  void aMisspelledSettingIsOneSentenceThatNamesTheNearest() {
    try (var server = ServerProcess.launch(folder.resolve("data"), "-Dlatchkey.local.dta=x")) {
      assertRefused(server, "-Dlatchkey.local.dta", "-Dlatchkey.local.data");
    }
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void aDataFolderThatIsNoneIsOneSentence() throws IOException {
    var file = Files.createFile(folder.resolve("file"));
    try (var server = ServerProcess.launch(file)) {
      assertRefused(server, file.toString());
    }
  }

  @Test
  void aDatabaseThatIsNoneIsOneSentence() throws IOException {
    var database = folder.resolve("data/dynamodb");
    Files.createDirectories(database);
    Files.writeString(
        database.resolve("shared-local-instance.db"), "this is no database\n".repeat(500));
    try (var server = ServerProcess.launch(folder.resolve("data"))) {
      assertRefused(server, "dynamodb");
    }
  }

  @Test
  void aDataFolderInUseIsOneSentence() {
    var data = folder.resolve("data");
    try (var first = ServerProcess.launch(data).awaitStart();
        var second = ServerProcess.launch(data)) {
      assertRefused(second, data.toString());
      assertThat(first.stop()).isLessThan(SOON);
    }
  }

  /** The first pass follows the start; it seals what was before. */
  private static void awaitSeal(ServerProcess server, String token) throws Exception {
    await(
        server,
        token,
        "audit_verify",
        answer -> answer.contains("\"signatures\":\"valid\"") && answer.contains("\"unsealed\":0"));
  }

  private static void await(
      ServerProcess server, String token, String call, Predicate<String> isThere) throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    String answer;
    do {
      answer =
          get(HttpClient.newHttpClient(), "http://127.0.0.1:" + server.httpPort(), token, call);
    } while (!isThere.test(answer) && System.nanoTime() < end);
    assertThat(answer).matches(isThere);
  }

  private static void assertRefused(ServerProcess server, String... named) {
    assertThat(server.awaitEnd()).isEqualTo(1);
    assertThat(server.output().strip().lines()).hasSize(1);
    assertThat(server.output()).contains(named).doesNotContain("Exception", "\tat ");
  }

  private static String get(HttpClient client, String base, String token, String call)
      throws Exception {
    var uri =
        URI.create(base + "/json-api/" + call + (call.contains("?") ? "&" : "?") + "api.version=1");
    var request =
        HttpRequest.newBuilder(uri).header("Authorization", "whm root:" + token).build();
    return client.send(request, BodyHandlers.ofString()).body();
  }

  /** A client that trusts the server's own certificate and no other. */
  private static HttpClient trusting(Path data) throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null);
    try (var in = Files.newInputStream(data.resolve("ca.pem"))) {
      store.setCertificateEntry(
          "latchkey", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }
}
