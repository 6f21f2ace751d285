package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * What the server answers to a {@link RecordedRequest}.
 *
 * @param head the status line and the headers
 */
public record RecordedAnswer(String head, String body) {
  static RecordedAnswer parse(String answer) {
    var end = answer.indexOf("\r\n\r\n");
    return new RecordedAnswer(
        answer.substring(0, end), answer.substring(end + 4).replaceAll("\r\n[0-9a-f]*\r\n", ""));
  }

  public int status() {
    return Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
  }

  /** The first header of that name. */
  public String header(String name) {
    var begin = name.toLowerCase(Locale.ROOT) + ":";
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(begin))
        .map(line -> line.substring(begin.length()).trim())
        .findFirst()
        .orElse("");
  }

  public boolean isJson() {
    return body.indexOf('{') >= 0;
  }

  public JsonNode json() {
    return WhmClient.parse(body.substring(body.indexOf('{'), body.lastIndexOf('}') + 1));
  }
}
