package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;

/** What the server answers to a {@link RecordedRequest}. */
public record RecordedAnswer(int status, String body) {
  static RecordedAnswer parse(String answer) {
    var body = answer.substring(answer.indexOf("\r\n\r\n") + 4).replaceAll("\r\n[0-9a-f]*\r\n", "");
    var status = answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length());
    return new RecordedAnswer(Integer.parseInt(status), body);
  }

  public boolean isJson() {
    return body.indexOf('{') >= 0;
  }

  public JsonNode json() {
    return WhmClient.parse(body.substring(body.indexOf('{'), body.lastIndexOf('}') + 1));
  }
}
