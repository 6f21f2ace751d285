package dev.latchkey.wire;

import dev.latchkey.text.Sha256;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * The console: static files of {@code src/console}, of which a list names each, so that nothing in a path leads to another
 * file. Its pages are one file, whose script looks at the path. They show nothing of anybody's: whatever there is to see, the
 * browser gets by calls.
 */
@Singleton
final class ConsoleFiles {
  /** Scripts and styles are files of ours; text becomes neither, whatever it holds (Trusted Types without a policy). */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'none'; base-uri 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  /** Of a compressed file in an event, where Quarkus would take bytes of a text's type for UTF-8. */
  static final String TYPE_IN_EVENT = "X-Latchkey-Content-Type";

  private static final String INDEX = "index.html";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  /** Each file and its type. */
  static final Map<String, String> TYPES = Map.ofEntries(
      Map.entry(INDEX, "text/html; charset=utf-8"),
      Map.entry("console.css", "text/css; charset=utf-8"),
      Map.entry("icon.svg", "image/svg+xml"),
      Map.entry("functions.json", "application/json"),
      Map.entry("main.js", SCRIPT),
      Map.entry("call.js", SCRIPT),
      Map.entry("el.js", SCRIPT),
      Map.entry("shell.js", SCRIPT),
      Map.entry("answer.js", SCRIPT),
      Map.entry("elsewhere.js", SCRIPT),
      Map.entry("tokens.js", SCRIPT),
      Map.entry("token.js", SCRIPT),
      Map.entry("signin.js", SCRIPT),
      Map.entry("ask.js", SCRIPT),
      Map.entry("support.js", SCRIPT),
      Map.entry("card.js", SCRIPT),
      Map.entry("grant.js", SCRIPT),
      Map.entry("test.js", SCRIPT),
      Map.entry("close.js", SCRIPT),
      Map.entry("revoke.js", SCRIPT),
      Map.entry("receipt.js", SCRIPT),
      Map.entry("keys.js", SCRIPT),
      Map.entry("fleet.js", SCRIPT),
      Map.entry("usage.js", SCRIPT));

  private static final Pattern PATH =
      Pattern.compile("/|/console/?|/console/([a-z_.]{1,64})|/cpsess[0-9]{10}/([a-z_]{1,64})?/?");

  private record Version(String type, byte[] bytes) {
    /** A strong one: of these bytes. */
    String tag() {
      return '"' + Sha256.hex(bytes).substring(0, 32) + '"';
    }
  }

  private final Map<String, Version> versions = new ConcurrentHashMap<>();
  private final Served served;

  @Inject
  ConsoleFiles(Served served) {
    this.served = served;
  }

  /** @return empty for what is not of the console, or where it is off */
  Optional<Response> find(HttpServerRequest http) {
    return http.method().name().equals("GET")
        ? file(http.path()).map(name -> answer(name, http))
        : Optional.empty();
  }

  private Optional<String> file(String path) {
    var parts = PATH.matcher(path);
    if (!parts.matches()) {
      return Optional.empty();
    }
    // Pages of a session are where a login leads to, and served also where no other page is.
    if (path.startsWith("/cpsess")) {
      return served.showsConsole() && (parts.group(2) == null || ConsolePages.isOne(parts.group(2)))
          ? Optional.of(INDEX)
          : Optional.empty();
    }
    var name = Optional.ofNullable(parts.group(1)).filter(given -> !ConsolePages.isOne(given));
    return Optional.of(name.orElse(INDEX))
        .filter(file -> served.includesConsole() && TYPES.containsKey(file));
  }

  private Response answer(String name, HttpServerRequest http) {
    var isPacked = http.headers().getAll(HttpHeaders.ACCEPT_ENCODING).stream()
        .anyMatch(encodings -> encodings.contains("gzip"));
    var version = versions.computeIfAbsent(
        isPacked ? name + ".gz" : name, key -> isPacked ? packed(name) : plain(name));
    var isKnown = version.tag().equals(http.getHeader(HttpHeaders.IF_NONE_MATCH));
    return (isKnown ? Response.notModified() : content(version, isPacked, Peer.isEvent(http)))
        .header(HttpHeaders.ETAG, version.tag())
        .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
        // Asked for anew at each start, so that a release never mixes with another; 304 without a
        // body where nothing is new.
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .header(AnswerHeaders.POLICY, POLICY)
        .header(AnswerHeaders.TYPE_OPTIONS, AnswerHeaders.NO_SNIFF)
        .header("Referrer-Policy", "no-referrer")
        .header("Cross-Origin-Opener-Policy", "same-origin")
        .header("Cross-Origin-Resource-Policy", "same-origin")
        .build();
  }

  private static ResponseBuilder content(Version version, boolean isPacked, boolean isInEvent) {
    var builder = Response.ok(version.bytes());
    if (isPacked) {
      builder.header(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    return isPacked && isInEvent
        ? builder.type("application/gzip").header(TYPE_IN_EVENT, version.type())
        : builder.header(HttpHeaders.CONTENT_TYPE, version.type());
  }

  private static Version plain(String name) {
    try (var in = ConsoleFiles.class.getResourceAsStream("/dev/latchkey/console/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the package lacks src/console/" + name);
      }
      return new Version(TYPES.get(name), in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Made once a process. */
  private static Version packed(String name) {
    var plain = plain(name);
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Version(plain.type(), out.toByteArray());
  }
}
