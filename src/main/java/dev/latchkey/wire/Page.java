package dev.latchkey.wire;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response.ResponseBuilder;

/**
 * A page for a browser: a title, and forms or sentences of ours. What somebody else wrote is put in by {@link #text}. It
 * loads nothing, runs nothing, is in no frame, and tells no other site where it is.
 */
record Page(String title, String body) {
  private static final String POLICY =
      "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

  ResponseBuilder into(ResponseBuilder response) {
    return response
        .header(HttpHeaders.CONTENT_TYPE, "text/html; charset=\"utf-8\"")
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .entity("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
            + "<meta name=\"viewport\" content=\"width=device-width\"><title>" + title
            + "</title></head>\n<body><h1>" + title + "</h1>\n" + body + "</body></html>\n");
  }

  /** Somebody else's text, in an attribute or between tags. */
  static String text(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
