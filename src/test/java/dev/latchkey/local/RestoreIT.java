package dev.latchkey.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.testing.Keys;
import dev.latchkey.testing.WhmClient;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The section "After a restore" of {@code docs/operate.md}, walked through with the laptop's own database folder. */
class RestoreIT {
  @TempDir
  Path folder;

  private ServerProcess server;

  @Test
  void aDatabaseThatIsPutBackBringsNoRevokedKeyBack() throws Exception {
    var data = folder.resolve("data");
    var backup = folder.resolve("backup");
    start(data);
    var vendor = Files.readString(data.resolve("sample-vendor.pub")).split(" ")[1];
    assertThat(grant(sample(data)).at("/data/auth_status").asText()).isEqualTo("AUTHED");
    stop();
    copy(data.resolve("dynamodb"), backup);
    start(data);
    assertThat(revoke(sample(data)).at("/metadata/result").asInt()).isEqualTo(1);
    assertThat(keys(data)).doesNotContain(vendor);
    stop();

    // Nobody has read the page: an unrelated order.
    putBack(backup, data);
    start(data);
    var other = anotherTicket();
    assertThat(grant(other).at("/data/auth_status").asText()).isEqualTo("AUTHED");
    assertThat(keys(data)).doesNotContain(vendor).contains(other.get("key"));
    assertThat(listed(sample(data)).path("auth_status").asText()).isEqualTo("NOT_AUTHED");
    assertThat(listed(sample(data)).path("held").asInt()).isEqualTo(1);
    assertThat(server.output()).contains("web01 is ahead of us");
    stop();

    // The procedure.
    putBack(backup, data);
    start(data);
    var held = call("fleet_hold", Map.of());
    assertThat(held.at("/data").has("next")).isFalse();
    assertThat(held.at("/data/servers/0/held").asInt()).isEqualTo(1);
    other = anotherTicket();
    assertThat(grant(other).at("/data/auth_status").asText()).isEqualTo("AUTHED");
    assertThat(server.output()).doesNotContain("is ahead of us");
    assertThat(keys(data)).doesNotContain(vendor).contains(other.get("key"));
    assertThat(listed(sample(data)).path("held").asInt()).isEqualTo(1);
    assertThat(holdEnd(sample(data), "1").at("/data/auth_status").asText()).isEqualTo("AUTHED");
    assertThat(keys(data)).contains(vendor, other.get("key"));
    assertThat(revoke(sample(data)).at("/data/revoked_keys").asInt()).isEqualTo(1);
    assertThat(keys(data)).doesNotContain(vendor);
    assertThat(
            call("fleet_server_list", Map.of()).at("/data/servers/0/confirmed").asInt())
        .isEqualTo(1);
    stop();
  }

  private void start(Path data) {
    server = ServerProcess.launch(data).awaitStart();
  }

  private void stop() {
    server.stop();
    server.close();
  }

  /** Also of a test that failed in between. */
  @AfterEach
  void end() {
    server.close();
  }

  private static Map<String, String> sample(Path data) throws IOException {
    var sample = new TreeMap<String, String>();
    for (var field : Files.readString(data.resolve("sample-ticket")).strip().split("&")) {
      sample.put(field.split("=")[0], field.split("=")[1]);
    }
    return sample;
  }

  private Map<String, String> anotherTicket() throws Exception {
    var made = call("ticket_create_stub_ticket", Map.of("api.server", "web01")).path("data");
    var id = made.path("ticket_id").asText();
    var key = Keys.ed25519();
    call("ticket_key_set", Map.of("ticket_id", id, "key", key));
    return Map.of(
        "ticket_id", id, "secure_id", made.path("secure_id").asText(), "key", key.split(" ")[1]);
  }

  private JsonNode grant(Map<String, String> ticket) throws Exception {
    return numbered("ticket_grant", ticket, Map.of("secure_id", ticket.get("secure_id")));
  }

  private JsonNode revoke(Map<String, String> ticket) throws Exception {
    return numbered("ticket_revoke", ticket, Map.of("ssh_username", "root"));
  }

  private JsonNode holdEnd(Map<String, String> ticket, String let) throws Exception {
    return numbered("ticket_hold_end", ticket, Map.of("ssh_username", "root", "let", let));
  }

  private JsonNode numbered(String function, Map<String, String> ticket, Map<String, String> more)
      throws Exception {
    var all = new TreeMap<>(more);
    all.putAll(Map.of("ticket_id", ticket.get("ticket_id"), "server_num", "1", "api.wait", "20"));
    return call(function, all);
  }

  private JsonNode listed(Map<String, String> ticket) throws Exception {
    return call("ticket_list", Map.of("ticket_id", ticket.get("ticket_id")))
        .at("/data/auths/0/servers/0");
  }

  private static String keys(Path data) throws IOException {
    return Files.readString(data.resolve("servers/web01/root/.ssh/authorized_keys"));
  }

  private JsonNode call(String function, Map<String, String> arguments) throws Exception {
    var query = new StringBuilder("api.version=1");
    arguments.forEach((name, value) -> query
        .append('&')
        .append(name)
        .append('=')
        .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    var request = HttpRequest.newBuilder(URI.create(
            "http://127.0.0.1:" + server.httpPort() + "/json-api/" + function + "?" + query))
        .header("Authorization", "whm root:" + server.rootToken())
        .build();
    return WhmClient.parse(
        HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
  }

  private static void putBack(Path backup, Path data) throws IOException {
    try (var old = Files.walk(data.resolve("dynamodb"))) {
      for (var path : old.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    copy(backup, data.resolve("dynamodb"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (var path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }
}
