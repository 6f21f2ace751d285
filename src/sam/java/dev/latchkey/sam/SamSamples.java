package dev.latchkey.sam;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.DataFolder;
import dev.latchkey.local.LocalFleet;
import dev.latchkey.local.LocalProblem;
import dev.latchkey.local.PrivateFiles;
import dev.latchkey.local.SampleKeyPair;
import dev.latchkey.local.ssm.FolderServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The samples of the ordinary local start, made by one call of a batch through the gateway; once. */
record SamSamples(DataFolder data, int port) {
  static final String TICKET = "sample-ticket";

  private static final String VENDOR = "sample-vendor";

  /** For documentation alone (RFC 5737), and this machine. */
  private static final String RANGES = "&from=203.0.113.0/24&from=127.0.0.1";

  void makeIfAbsent(String rootToken) throws IOException {
    var ticket = data.file(TICKET);
    if (Files.exists(ticket)) {
      return;
    }
    var results = call(rootToken, commands()).path("data").path("result");
    var made = results.path(results.size() - 1).path("data");
    if (!made.has("ticket_id") || !made.has("secure_id")) {
      throw new LocalProblem("the sample ticket could not be made: " + results);
    }
    PrivateFiles.write(
        ticket,
        "ticket_id=%s&secure_id=%s\n"
            .formatted(made.get("ticket_id").asText(), made.get("secure_id").asText()));
  }

  /** Those that an interrupted start has done already are refused, which does no harm. */
  private List<String> commands() throws IOException {
    var commands = new ArrayList<String>();
    for (var name : LocalFleet.NAMES) {
      var server = FolderServer.make(data.folder("servers").resolve(name), name);
      commands.add("fleet_server_add?name=" + name + "&node=" + server.id());
    }
    var key = new SampleKeyPair(data.file(VENDOR)).publicLine();
    commands.add("vendor_profile_set?key=" + encoded(key) + RANGES);
    commands.add("ticket_create_stub_ticket?api.server=" + LocalFleet.NAMES.get(0));
    return commands;
  }

  private JsonNode call(String rootToken, List<String> commands) throws IOException {
    var form = commands.stream()
        .map(command -> "&command=" + encoded(command))
        .collect(Collectors.joining("", "api.version=1", ""));
    var request = HttpRequest.newBuilder(
            URI.create("http://" + Gateway.HOST + ":" + port + "/json-api/batch"))
        .header("Authorization", "whm root:" + rootToken)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(form))
        .build();
    try {
      return JsonTrees.parse(HttpClient.newHttpClient()
              .send(request, BodyHandlers.ofByteArray())
              .body())
          .orElseGet(JsonTrees::object);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
