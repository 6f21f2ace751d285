package dev.latchkey.local;

import com.sun.net.httpserver.HttpExchange;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The key of this run, as the access key and as the secret key of AWS's clients. It keeps out other programs of this
 * machine, which do not know it; hence no look at the signature.
 */
public record LocalKey(String value) {
  private static final Pattern CREDENTIAL =
      Pattern.compile("AWS4-HMAC-SHA256 .*\\bCredential=([^/,]+)/.*");

  private static final int BYTES = 8;

  public static LocalKey random() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return new LocalKey("LOCAL" + HexFormat.of().formatHex(random).toUpperCase(Locale.ROOT));
  }

  public boolean isIn(HttpExchange exchange) {
    var authorization = exchange.getRequestHeaders().getFirst("Authorization");
    var credential = CREDENTIAL.matcher(authorization == null ? "" : authorization);
    return credential.matches() && credential.group(1).equals(value);
  }
}
