package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A request as a real client sent it, from {@code src/test/resources/requests}. It is sent again byte for byte, but for its
 * Host and for words in capitals, which stand for what differs: TOKEN, PASSWORD, RUN, RESELLER.
 *
 * @param what the step of the client's that it belongs to
 * @param head the request line and headers, each with its CRLF
 */
public record RecordedRequest(String what, String head, String body) {
  public static List<RecordedRequest> of(String client) {
    try (var in = RecordedRequest.class.getResourceAsStream("/requests/" + client + ".json")) {
      return WhmClient.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .path("requests")
          .valueStream()
          .map(RecordedRequest::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The only one of that step. */
  public static RecordedRequest of(String client, String what) {
    return of(client).stream()
        .filter(request -> request.what.equals(what))
        .findAny()
        .orElseThrow();
  }

  private static RecordedRequest parse(JsonNode request) {
    var head = new StringBuilder(
        request.path("method").asText() + " " + request.path("url").asText() + " HTTP/1.1\r\n");
    request.path("headers").properties().forEach(header -> {
      switch (header.getKey().toLowerCase(Locale.ROOT)) {
        case "host", "connection" -> {}
        case "content-length" -> head.append(header.getKey()).append(": LENGTH\r\n");
        default ->
          head.append(header.getKey())
              .append(": ")
              .append(header.getValue().asText())
              .append("\r\n");
      }
    });
    return new RecordedRequest(
        request.path("what").asText(), head.toString(), request.path("body").asText());
  }

  public RecordedRequest with(String word, String value) {
    return new RecordedRequest(what, head.replace(word, value), body.replace(word, value));
  }

  public RecordedAnswer sentBy(Account account) {
    var token = account.token().reveal();
    var whole = with("TOKEN", token).with("PASSWORD", token);
    return RecordedAnswer.parse(RawHttp.send(
        whole.head.replace("LENGTH", String.valueOf(whole.body.length())), whole.body));
  }
}
