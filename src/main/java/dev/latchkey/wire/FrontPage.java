package dev.latchkey.wire;

import dev.latchkey.access.SecurityToken;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.Response;
import java.util.regex.Pattern;

/**
 * Where a login leads to: {@code /cpsess…/}, and a page of an app's name below it. It shows nothing of anybody's and asks
 * for nothing, so that whoever comes here may have any session or none.
 */
final class FrontPage {
  private static final Pattern FORM = Pattern.compile("/cpsess[0-9]{10}/(?:[a-z_]{1,64}/?)?");

  private FrontPage() {}

  static boolean isAt(HttpServerRequest http) {
    return http.method().name().equals("GET") && FORM.matcher(http.path()).matches();
  }

  static Response answer(HttpServerRequest http) {
    var prefix = SecurityToken.before(http.path()).orElseThrow().path();
    return new Page(
            "Latchkey",
            "<p>Functions of WHM API 1 are at " + prefix
                + "/json-api/FUNCTION?api.version=1.</p>\n"
                + "<p><a href=\"" + prefix
                + "/json-api/applist?api.version=1\">Functions that you may call</a></p>\n"
                + "<form method=\"post\" action=\"" + prefix + "/logout\">"
                + "<button>Log out</button></form>\n")
        .into(Response.ok())
        .build();
  }
}
