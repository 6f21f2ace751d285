package dev.latchkey.sam;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.latchkey.local.LocalKey;
import dev.latchkey.local.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/**
 * Lambda's Invoke, for the AWS command line and the SDKs: reachable from this machine only, with the key of this run
 * only. What is sent as an {@code Event} is run once, and its failure is only logged.
 */
final class InvokeApi implements AutoCloseable {
  private static final Pattern PATH = Pattern.compile("/2015-03-31/functions/([^/]+)/invocations");
  private static final Pattern QUALIFIER = Pattern.compile("(?:^|&)Qualifier=([^&]+)");

  /** What Lambda takes, for a caller who waits and for one who does not. */
  private static final int MOST_BYTES = 6 << 20;

  private static final int MOST_BYTES_OF_EVENT = 1 << 20;

  /** Of events that have not ended. */
  private static final int MOST_EVENTS = 100;

  private final LocalKey key;
  private final Map<String, Optional<String>> aliases;
  private final Gateway.Invoker functions;
  private final Semaphore events = new Semaphore(MOST_EVENTS);
  private final ExecutorService threads = Executors.newCachedThreadPool(Threads.daemon("invoke"));
  private final HttpServer server;

  private InvokeApi(LocalKey key, Map<String, Optional<String>> aliases, Gateway.Invoker functions)
      throws IOException {
    this.key = key;
    this.aliases = aliases;
    this.functions = functions;
    server = HttpServer.create(new InetSocketAddress(Gateway.HOST, 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> {
      try (exchange) {
        answer(exchange).send(exchange);
      }
    });
  }

  /**
   * On a free port.
   *
   * @param aliases each function's logical id, with the alias that the template publishes for it
   */
  static InvokeApi start(
      LocalKey key, Map<String, Optional<String>> aliases, Gateway.Invoker functions)
      throws IOException {
    var api = new InvokeApi(key, aliases, functions);
    api.server.start();
    return api;
  }

  String endpoint() {
    return "http://" + Gateway.HOST + ":" + server.getAddress().getPort();
  }

  private InvokeAnswer answer(HttpExchange exchange) throws IOException {
    byte[] event = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
    if (!key.isIn(exchange)) {
      return InvokeAnswer.error(
          403,
          "UnrecognizedClientException",
          "The security token included in the request is invalid.");
    }
    var path = PATH.matcher(exchange.getRequestURI().getRawPath());
    if (!path.matches() || !exchange.getRequestMethod().equals("POST")) {
      return InvokeAnswer.error(
          404, "UnknownOperationException", "Only Invoke is served on this machine.");
    }
    var function = decoded(path.group(1));
    var query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
    var asked = QUALIFIER.matcher(query);
    return answer(
        function,
        asked.find() ? Optional.of(decoded(asked.group(1))) : Optional.empty(),
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("X-Amz-Invocation-Type"))
            .orElse("RequestResponse"),
        event);
  }

  private InvokeAnswer answer(String function, Optional<String> asked, String type, byte[] event) {
    var named = FunctionReference.parse(function);
    var own = named.flatMap(FunctionReference::qualifier);
    if (own.isPresent() && asked.isPresent() && !own.equals(asked)) {
      return InvokeAnswer.error(
          400,
          "InvalidParameterValueException",
          "The derived qualifier from the function name does not match the specified qualifier.");
    }
    var qualifier = own.or(() -> asked).orElse(FunctionReference.LATEST);
    var found = named.flatMap(
        reference -> aliases.keySet().stream().filter(reference::means).findFirst());
    if (found.isEmpty() || !exists(found.get(), qualifier)) {
      return InvokeAnswer.error(
          404, "ResourceNotFoundException", "Function not found: " + function);
    }
    if (event.length > (type.equals("Event") ? MOST_BYTES_OF_EVENT : MOST_BYTES)) {
      return InvokeAnswer.error(
          413, "RequestTooLargeException", "The payload is larger than Lambda takes.");
    }
    if (event.length > 0 && JsonTrees.parse(event).isEmpty()) {
      return InvokeAnswer.error(
          400, "InvalidRequestContentException", "Could not parse request body into json.");
    }
    return switch (type) {
      case "RequestResponse" -> invoke(found.get(), event).by(version(qualifier));
      case "Event" -> later(found.get(), event);
      case "DryRun" -> InvokeAnswer.POSSIBLE;
      default ->
        InvokeAnswer.error(
            400,
            "InvalidParameterValueException",
            "The invocation type is one of RequestResponse, Event and DryRun.");
    };
  }

  private boolean exists(String function, String qualifier) {
    return qualifier.equals(FunctionReference.LATEST)
        || aliases.get(function).filter(qualifier::equals).isPresent();
  }

  /** An alias leads to a version that was published; here there is the first alone. */
  private static String version(String qualifier) {
    return qualifier.equals(FunctionReference.LATEST) ? qualifier : "1";
  }

  private InvokeAnswer invoke(String function, byte[] event) {
    try {
      return InvokeAnswer.of(functions.invoke(function, orEmpty(event)));
    } catch (FunctionFailure e) {
      return InvokeAnswer.of(e);
    }
  }

  private InvokeAnswer later(String function, byte[] event) {
    if (!events.tryAcquire()) {
      return InvokeAnswer.error(429, "TooManyRequestsException", "Rate Exceeded.");
    }
    threads.execute(() -> {
      try {
        invoke(function, event);
      } finally {
        events.release();
      }
    });
    return InvokeAnswer.ACCEPTED;
  }

  private static byte[] orEmpty(byte[] event) {
    return event.length == 0 ? "{}".getBytes(StandardCharsets.US_ASCII) : event;
  }

  private static String decoded(String text) {
    // What cannot be decoded has been refused by the server.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
