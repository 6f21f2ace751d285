package dev.latchkey.local;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.ProcessTree;
import dev.latchkey.testing.WhmClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code infra/proxy} by Debian's haproxy, on WHM's port of an address of its own, in front of the packaged server. */
class ProxyIT {
  private static final String ADDRESS = "127.0.8.7";
  private static final String ANOTHER = "127.0.8.8";
  private static final String PORT = "2087";
  private static final String CALLER = "127.0.9.9";
  private static final String STRANGER = "127.0.9.8";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir
  static Path folder;

  private static ServerProcess server;
  private static Process proxy;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Files.getOwner(Files.createTempFile(folder, "who", "")).getName().equals("root"),
        "only root's haproxy can change to its own user");
    server = ServerProcess.launch(
        folder.resolve("data"),
        "-Dlatchkey.trusted-proxies=127.0.0.1",
        "-Dlatchkey.servers-domain=servers.localhost");
    certificate();
    server.awaitStart();
    proxy = haproxy("out", ADDRESS, Map.of());
  }

  @AfterAll
  static void end() {
    if (proxy != null) {
      ProcessTree.end(proxy);
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theFileIsValidAndWantsTheApisName() throws Exception {
    assertThat(check(environment(ADDRESS, Map.of()))).isZero();
    var nameless = environment(ADDRESS, Map.of());
    nameless.remove("LATCHKEY_API");
    assertThat(check(nameless)).isEqualTo(1);
  }

  @Test
  void clientsFindItOnThePortThatTheyHaveWiredIn() throws Exception {
    NpmClientsIT.install();
    var node = new ProcessBuilder("node", "--test", "proxy.test.mjs");
    node.environment().put("LATCHKEY_PROXY", ADDRESS);
    node.environment().put("LATCHKEY_ROOT_TOKEN", server.rootToken());
    node.environment().put("NODE_EXTRA_CA_CERTS", folder.resolve("cert.pem").toString());
    NpmClientsIT.run(node);
  }

  @Test
  void theCallersAddressDecidesAndIsRecorded() throws Exception {
    var made = call(
        server.rootToken(),
        CALLER,
        "api_token_create",
        "token_name=bound",
        "whitelist_ip=" + CALLER);
    var token = made.at("/data/token").asText();
    assertThat(token).hasSize(32);

    assertThat(status(token, CALLER)).isEqualTo(200);
    assertThat(status(token, STRANGER)).isEqualTo(403);
    assertThat(status(token, STRANGER, "-H", "X-Forwarded-For: " + CALLER)).isEqualTo(403);
    assertThat(status(
            token,
            STRANGER,
            "-H",
            "X-Forwarded-For: " + CALLER,
            "-H",
            "x-forwarded-for: " + CALLER,
            "-H",
            "Forwarded: for=" + CALLER))
        .isEqualTo(403);
    assertThat(status(token, CALLER, "-H", "X-Forwarded-For: unknown")).isEqualTo(200);
    var audited = call(server.rootToken(), STRANGER, "audit_list", "limit=50").path("data");
    assertThat(audited.toString()).contains("\"" + CALLER + "\"");
    assertThat(server.output()).contains("\"source\":\"" + STRANGER + "\"");
  }

  /** Nobody but the proxy is believed: here the stranger is the peer himself. */
  @Test
  void withoutTheProxyTheHeaderIsNotRead() throws Exception {
    var token = call(
            server.rootToken(),
            CALLER,
            "api_token_create",
            "token_name=direct",
            "whitelist_ip=" + CALLER)
        .at("/data/token")
        .asText();
    var direct = List.of("--cacert", server.data().resolve("ca.pem").toString());
    var url = "https://localhost:" + server.httpsPort() + "/json-api/version?api.version=1";
    assertThat(curl(
            token,
            STRANGER,
            direct,
            url,
            "-H",
            "X-Forwarded-For: " + CALLER,
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}"))
        .isEqualTo("403");
    // And the proxy itself must say an address.
    assertThat(curl(
            token,
            "127.0.0.1",
            direct,
            url,
            "-H",
            "X-Forwarded-For: unknown",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}"))
        .isEqualTo("403");
    assertThat(server.output()).contains("a trusted proxy sent an X-Forwarded-For");
  }

  @Test
  void aServersNameReachesLatchkey() throws Exception {
    var answer = WhmClient.parse(curl(
        server.rootToken(),
        CALLER,
        trust(),
        "https://web02.servers.localhost:2087/json-api/listsshkeys?api.version=1&api.wait=20",
        "--resolve",
        "web02.servers.localhost:2087:" + ADDRESS));
    assertThat(answer.at("/metadata/server").asText()).isEqualTo("web02");
  }

  @Test
  void clearTextIsNotServed() throws Exception {
    assertThat(curl(
            server.rootToken(),
            CALLER,
            List.of(),
            "http://" + ADDRESS + ":" + PORT + "/json-api/version",
            "-w",
            "%{http_code}"))
        .isEqualTo("000");
  }

  @Test
  void whatApiGatewayWouldNotReadIsRefused() throws Exception {
    assertThat(status(server.rootToken(), CALLER, "-H", "A: " + "x".repeat(9000)))
        .isEqualTo(200);
    assertThat(status(server.rootToken(), CALLER, "-H", "A: " + "x".repeat(10_000)))
        .isEqualTo(431);
  }

  @Test
  void anApiWithAnotherCertificateGetsNothing() throws Exception {
    var other = haproxy(
        "other", ANOTHER, Map.of("LATCHKEY_CA", folder.resolve("cert.pem").toString()));
    try {
      assertThat(curl(
              server.rootToken(),
              CALLER,
              trust(),
              "https://" + ANOTHER + ":" + PORT + "/json-api/version?api.version=1",
              "-w",
              "%{http_code}"))
          .isEqualTo("{\"message\":\"Service Unavailable\"}503");
    } finally {
      ProcessTree.end(other);
    }
  }

  @Test
  void theLogFindsTheCallAndHasNoSecret() throws Exception {
    var secret = server.rootToken();
    var id = curl(
        secret,
        CALLER,
        trust(),
        "https://" + ADDRESS + ":" + PORT + "/cpsess4711/json-api/version?api.version=1&a="
            + secret,
        "-o",
        "/dev/null",
        "-w",
        "%header{x-request-id}");
    curl(secret, CALLER, trust(), "https://" + ADDRESS + ":" + PORT + "/json-api/" + secret);
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!log().contains("/json-api/***") && System.nanoTime() < end) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    assertThat(log())
        .contains("/json-api/***", CALLER + " GET \"/cpsess/json-api/version\" 200", id)
        .doesNotContain(secret, "4711", "api.version", "whm root");
  }

  /** The lines of {@code docs/operate.md}, with an id, an XID and an address of these calls. */
  @Test
  void theDocumentedSearchFindsACallByIdByXidAndByAddress() throws Exception {
    var unknown = "A".repeat(32);
    var denied = id(unknown, "127.0.9.1", "version?api.version=1");
    var refused =
        id(server.rootToken(), "127.0.9.2", "api_token_create?api.version=1&token_name=a%20b");
    var batch =
        id(server.rootToken(), "127.0.9.2", "batch?api.version=1&command=version&command=nothing");

    assertThat(search("d268092d-a148-42b8-9ef1-121a0640b4b8", denied))
        .singleElement(as(STRING))
        .contains("\"outcome\":\"denied\"", "\"reason\":\"the secret has not the form");
    var found = search("d268092d-a148-42b8-9ef1-121a0640b4b8", refused);
    assertThat(found)
        .singleElement(as(STRING))
        .contains("\"outcome\":\"refused\"", "token_name", "\"user\":\"root\"");
    assertThat(search("d268092d-a148-42b8-9ef1-121a0640b4b8", batch)).hasSize(3);
    var xid = found.get(0).replaceFirst(".*\\(XID (\\w+)\\).*", "$1");
    assertThat(search("h6j2gk", xid)).anyMatch(line -> line.contains(refused));
    assertThat(search("203.0.113.7", "127.0.9.2"))
        .hasSize(4)
        .noneMatch(line -> line.contains(denied))
        .anyMatch(line -> line.contains(refused));
    assertThat(search("\"outcome\":\"denied\"", "\"outcome\":\"denied\""))
        .anyMatch(line -> line.contains(denied));
  }

  private static String id(String token, String from, String call) throws Exception {
    return curl(
        token,
        from,
        trust(),
        "https://" + ADDRESS + ":" + PORT + "/json-api/" + call,
        "-o",
        "/dev/null",
        "-w",
        "%header{x-request-id}");
  }

  /** @return the lines that the documented command with {@code example} in it finds for {@code wanted} */
  private static List<String> search(String example, String wanted) throws Exception {
    var documented = Files.readAllLines(Path.of("docs/operate.md")).stream()
        .filter(line -> line.startsWith("    grep -F '") && line.contains(example))
        .map(line -> line.replaceFirst("(?<= LOG).*", ""))
        .toList();
    assertThat(documented).as(example).hasSize(1);
    var file = Files.writeString(folder.resolve("LOG"), server.output());
    var process = new ProcessBuilder(
            "sh", "-c", documented.get(0).replace(example, wanted).replace(" LOG", " " + file))
        .start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }

  private static String log() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private static void certificate() throws Exception {
    var openssl = new ProcessBuilder(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=proxy",
            "-addext",
            "subjectAltName=IP:" + ADDRESS + ",IP:" + ANOTHER + ",DNS:*.servers.localhost",
            "-keyout",
            folder.resolve("key.pem").toString(),
            "-out",
            folder.resolve("cert.pem").toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("openssl").toFile())
        .start();
    assertThat(openssl.waitFor()).isZero();
    Files.writeString(
        folder.resolve("proxy.pem"),
        Files.readString(folder.resolve("cert.pem")) + Files.readString(folder.resolve("key.pem")));
  }

  private static Map<String, String> environment(String address, Map<String, String> more) {
    var all = new TreeMap<>(Map.of(
        "LATCHKEY_API",
        "localhost",
        "LATCHKEY_API_PORT",
        Integer.toString(server.httpsPort()),
        "LATCHKEY_CA",
        server.data().resolve("ca.pem").toString(),
        "LATCHKEY_CERTIFICATE",
        folder.resolve("proxy.pem").toString(),
        "LATCHKEY_LISTEN",
        address + ":" + PORT,
        "LATCHKEY_SERVERS_DOMAIN",
        "servers.localhost"));
    all.putAll(more);
    return all;
  }

  private static int check(Map<String, String> environment) throws Exception {
    var command =
        new ProcessBuilder("/usr/sbin/haproxy", "-q", "-c", "-f", "infra/proxy/haproxy.cfg");
    command.environment().putAll(environment);
    return command
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("check").toFile())
        .start()
        .waitFor();
  }

  private static Process haproxy(String output, String address, Map<String, String> more)
      throws Exception {
    var command = new ProcessBuilder("/usr/sbin/haproxy", "-db", "-f", "infra/proxy/haproxy.cfg");
    command.environment().putAll(environment(address, more));
    var process = command
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(output).toFile())
        .start();
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!listens(address)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new AssertionError(
            "haproxy did not start: " + Files.readString(folder.resolve(output)));
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    return process;
  }

  private static boolean listens(String address) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, Integer.parseInt(PORT)), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static JsonNode call(String token, String from, String function, String... arguments)
      throws Exception {
    var more = new ArrayList<>(List.of("-d", "api.version=1"));
    for (var argument : arguments) {
      more.addAll(List.of("-d", argument));
    }
    return WhmClient.parse(curl(
        token,
        from,
        trust(),
        "https://" + ADDRESS + ":" + PORT + "/json-api/" + function,
        more.toArray(String[]::new)));
  }

  private static int status(String token, String from, String... more) throws Exception {
    var all = new ArrayList<>(List.of("-o", "/dev/null", "-w", "%{http_code}"));
    all.addAll(List.of(more));
    return Integer.parseInt(curl(
        token,
        from,
        trust(),
        "https://" + ADDRESS + ":" + PORT + "/json-api/version?api.version=1",
        all.toArray(String[]::new)));
  }

  private static List<String> trust() {
    return List.of("--cacert", folder.resolve("cert.pem").toString());
  }

  private static String curl(
      String token, String from, List<String> trust, String url, String... more) throws Exception {
    var command = new ArrayList<>(
        List.of("curl", "-s", "--interface", from, "-H", "Authorization: whm root:" + token));
    command.addAll(trust);
    command.addAll(List.of(more));
    command.add(url);
    var process = new ProcessBuilder(command).start();
    process.getOutputStream().close();
    var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return answer;
  }
}
