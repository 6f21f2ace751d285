package dev.latchkey.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchkey.testing.LocalDynamoDb;
import dev.latchkey.testing.ProcessTree;
import dev.latchkey.testing.StoreGate;
import dev.latchkey.testing.WhmClient;
import io.restassured.RestAssured;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An account of AWS on loopback, for AWS' own command line. moto has the stack that {@code sam-template.yaml} makes, its
 * tables' settings, tags and rules; what is in the tables is in DynamoDB Local, and functions are answered by the application,
 * which uses the table that the function's environment names. What none of them does stands here: the API's stage, what an
 * update does to it and to rules, and that a restored table is as of an earlier time.
 */
final class StandInAccount implements AutoCloseable {
  private static final String FUNCTIONS = "/2015-03-31/functions/";
  private static final String API = "a1b2c3";

  private final HttpClient client = HttpClient.newHttpClient();
  private final DynamoDbAsyncClient database;
  private final Process moto;
  private final URI motoAt;
  private final JsonNode resources;
  private final HttpServer front;
  private final List<String> asked = new ArrayList<>();
  private final Map<String, List<Map<String, AttributeValue>>> snapshots = new HashMap<>();
  private String rate = "50";
  private boolean rulesRest;
  private Predicate<String> fails = what -> false;

  private StandInAccount(DynamoDbAsyncClient database) throws IOException {
    this.database = database;
    moto = new ProcessBuilder("python3", "account.py")
        .directory(new java.io.File("src/test/lint"))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    var said =
        new BufferedReader(new InputStreamReader(moto.getInputStream(), StandardCharsets.UTF_8));
    var port = said.readLine();
    if (port == null) {
      throw new IOException("moto did not start");
    }
    motoAt = URI.create("http://127.0.0.1:" + port);
    resources = WhmClient.parse(said.readLine());
    front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front.setExecutor(Executors.newSingleThreadExecutor());
    front.createContext("/", this::answer);
    front.start();
  }

  static StandInAccount start(DynamoDbAsyncClient database) throws IOException {
    return new StandInAccount(database);
  }

  String endpoint() {
    return "http://127.0.0.1:" + front.getAddress().getPort();
  }

  /** The name of a resource of the template. */
  String name(String logicalId) {
    return resources.path(logicalId).asText();
  }

  /** The requests since the last time, such as {@code DynamoDB.Scan}. */
  synchronized List<String> asked() {
    var all = List.copyOf(asked);
    asked.clear();
    return all;
  }

  /** Has requests fail, as for a role that may not. */
  synchronized void failing(Predicate<String> which) {
    fails = which;
  }

  synchronized boolean isClosed() {
    return rate.equals("0") && rulesRest;
  }

  /** What every function of the stack has of a variable of its environment. */
  List<String> environments(String variable) throws IOException {
    return send("GET", FUNCTIONS, "", Map.of())
        .body()
        .lines()
        .flatMap(text -> {
          var values = new ArrayList<String>();
          WhmClient.parse(text)
              .path("Functions")
              .forEach(function ->
                  values.add(function.at("/Environment/Variables/" + variable).asText()));
          return values.stream();
        })
        .distinct()
        .toList();
  }

  /** DynamoDB's continuous backup: the table as it is now, as of {@code time}. */
  void remember(String table, String time) {
    snapshots.put(time, items(table));
  }

  private List<Map<String, AttributeValue>> items(String table) {
    var all = new ArrayList<Map<String, AttributeValue>>();
    database
        .scanPaginator(scan -> scan.tableName(table).consistentRead(true))
        .subscribe(page -> all.addAll(page.items()))
        .join();
    return all;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var headers = new HashMap<String, String>();
      for (var kept : List.of("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")) {
        Optional.ofNullable(exchange.getRequestHeaders().getFirst(kept))
            .ifPresent(value -> headers.put(kept, value));
      }
      Answer answer;
      try {
        answer = answer(exchange.getRequestMethod(), exchange.getRequestURI(), body, headers);
      } catch (IOException | RuntimeException failure) {
        answer = new Answer(500, "application/json", failure.toString());
      }
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private record Answer(int status, String type, String body) {}

  private synchronized Answer answer(
      String method, URI uri, String body, Map<String, String> headers) throws IOException {
    var target = headers.getOrDefault("X-Amz-Target", "");
    var form = target.isEmpty() && body.startsWith("Action=") || body.contains("&Action=")
        ? form(body)
        : Map.<String, String>of();
    var what = !target.isEmpty()
        ? target.replaceAll("_[0-9]+", "")
        : form.containsKey("Action") ? form.get("Action") : method + " " + uri.getPath();
    asked.add(what);
    if (fails.test(what)) {
      return form.isEmpty()
          ? new Answer(400, "application/json", "{\"__type\":\"AccessDeniedException\"}")
          : new Answer(
              400,
              "text/xml",
              "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>");
    }
    if (uri.getPath().startsWith(FUNCTIONS) && uri.getPath().endsWith("/invocations")) {
      return invoke(uri.getPath().split("/")[3], WhmClient.parse(body));
    }
    if (uri.getPath().startsWith("/v2/apis/" + API + "/stages/")) {
      rate =
          WhmClient.parse(body).at("/defaultRouteSettings/throttlingRateLimit").asText();
      rate = rate.replace(".0", "");
      return new Answer(200, "application/json", "{\"stageName\":\"$default\"}");
    }
    switch (what) {
      case "DescribeStackResource" -> {
        if ("Api".equals(form.get("LogicalResourceId"))) {
          return new Answer(200, "text/xml", """
              <DescribeStackResourceResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">\
              <DescribeStackResourceResult><StackResourceDetail><PhysicalResourceId>%s</PhysicalResourceId>\
              </StackResourceDetail></DescribeStackResourceResult></DescribeStackResourceResponse>""".formatted(API));
        }
      }
      case "DynamoDB.Scan" -> {
        return forward(LocalDynamoDb.running().endpoint(), method, uri, body, headers);
      }
      case "DynamoDB.RestoreTableToPointInTime" -> restore(WhmClient.parse(body));
      case "AWSEvents.DisableRule" -> rulesRest = true;
      case "AWSEvents.EnableRule" -> rulesRest = false;
      default -> {}
    }
    var answer = forward(motoAt, method, uri, body, headers);
    if (what.equals("UpdateStack") && answer.status() == 200) {
      settle(form);
    }
    return answer;
  }

  /** CloudFormation changes the stage and the rules where what the template says of them has changed. */
  private void settle(Map<String, String> form) {
    form.forEach((key, value) -> {
      if (value.equals("Closed")) {
        var closed = form.get(key.replace("ParameterKey", "ParameterValue"));
        if (closed != null) {
          rulesRest = closed.equals("yes");
          rate = rulesRest ? "0" : "50";
        }
      }
    });
  }

  private void restore(JsonNode asked) {
    var time =
        java.time.Instant.ofEpochSecond(asked.path("RestoreDateTime").asLong()).toString();
    var table = asked.path("TargetTableName").asText();
    var items = snapshots.get(time);
    if (items == null) {
      throw new IllegalStateException("no backup as of " + time);
    }
    LocalTable.createIfAbsent(database, table);
    items.forEach(
        item -> database.putItem(put -> put.tableName(table).item(item)).join());
  }

  /** The application in the place of the function: with its table, and only what it serves. */
  private Answer invoke(String function, JsonNode event) throws IOException {
    var environment = WhmClient.parse(
            send("GET", FUNCTIONS + function + "/configuration", "", Map.of()).body())
        .at("/Environment/Variables");
    StoreGate.use(Optional.of(environment.path("LATCHKEY_TABLE").asText()));
    var path = event.path("rawPath").asText();
    if (!path.endsWith("/" + environment.path("LATCHKEY_FUNCTIONS").asText())) {
      throw new IllegalStateException(function + " does not serve " + path);
    }
    var answer = exchange(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port
            + path + "?" + event.path("rawQueryString").asText()))
        .header("Authorization", event.at("/headers/authorization").asText())
        .build());
    var result = JsonNodeFactory.instance
        .objectNode()
        .put("statusCode", answer.statusCode())
        .put("body", answer.body());
    return new Answer(200, "application/json", result.toString());
  }

  private static Map<String, String> form(String body) {
    var form = new HashMap<String, String>();
    for (var pair : body.split("&")) {
      var parts = pair.split("=", 2);
      form.put(decode(parts[0]), parts.length == 1 ? "" : decode(parts[1]));
    }
    return form;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private Answer forward(URI to, String method, URI uri, String body, Map<String, String> headers)
      throws IOException {
    var request = HttpRequest.newBuilder(to.resolve(uri.toString()))
        .method(method, BodyPublishers.ofString(body));
    headers.forEach(request::header);
    var answer = exchange(request.build());
    return new Answer(
        answer.statusCode(),
        answer.headers().firstValue("Content-Type").orElse("application/json"),
        answer.body());
  }

  private HttpResponse<String> send(
      String method, String path, String body, Map<String, String> headers) throws IOException {
    var request = HttpRequest.newBuilder(motoAt.resolve(path))
        .header(
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/lambda/aws4_request")
        .method(method, BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return exchange(request.build());
  }

  private HttpResponse<String> exchange(HttpRequest request) throws IOException {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    front.stop(0);
    moto.getOutputStream().close();
    ProcessTree.end(moto);
  }
}
