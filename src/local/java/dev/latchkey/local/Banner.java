package dev.latchkey.local;

import dev.latchkey.access.TokenValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the local server says when it is ready: where it is, who may call, and lines to paste. */
record Banner(Path folder, int httpPort, int httpsPort) {
  /**
   * The text; root's token is in it only when it was made just now.
   *
   * @param isGood whether the token that is kept may still call
   */
  String text(Optional<TokenValue> newToken, boolean isGood) {
    return """

                Latchkey is ready: %shttps://127.0.0.1:%d
                console:      %s
                data folder:  %s
                root's token: %s
                %s

                Try it:
                %s
                %s
                %s%s

                """.formatted(
            plainAddress(),
            httpsPort,
            console(),
            folder,
            token(newToken, isGood),
            servers(),
            curl("version", ""),
            curl("api_token_create", " -d token_name=first"),
            curl("api_token_list", ""),
            grant());
  }

  private String servers() {
    return Files.exists(folder.resolve(Samples.TICKET))
        ? "servers:      " + String.join(", ", LocalFleet.NAMES) + " in "
            + folder.resolve("servers")
        : "servers:      those of the Systems Manager that is set";
  }

  /** With the sample ticket, where there is one. */
  private String grant() {
    return Files.exists(folder.resolve(Samples.TICKET))
        ? "\n"
            + curl("ticket_grant", " -d \"$(cat " + quoted(Samples.TICKET) + ")\" -d server_num=1")
        : "";
  }

  /** Not there when plain HTTP is switched off. */
  private String plainAddress() {
    return httpPort > 0 ? "http://127.0.0.1:" + httpPort + " and " : "";
  }

  /** Browsers trust this machine without a certificate, too. */
  private String console() {
    return httpPort > 0
        ? "http://127.0.0.1:" + httpPort + "/"
        : "https://127.0.0.1:" + httpsPort + "/";
  }

  private String token(Optional<TokenValue> newToken, boolean isGood) {
    var file = folder.resolve(RootToken.NAME);
    return newToken
        .map(token -> token.reveal() + " (kept in " + file + ")")
        .orElse(
            Files.notExists(file)
                ? "made before, and no longer in " + file
                : isGood ? "in " + file : gone(file));
  }

  private static String gone(Path file) {
    return "the one in " + file + " was revoked or rotated, or has expired; put a good one there,\n"
        + "              or take the file away and start again, and another is made";
  }

  private String curl(String function, String arguments) {
    return "  curl --cacert %s -H @<(echo \"Authorization: whm root:$(cat %s)\") -d api.version=1%s %s%d/json-api/%s"
        .formatted(
            quoted("ca.pem"),
            quoted(RootToken.NAME),
            arguments,
            "https://127.0.0.1:",
            httpsPort,
            function);
  }

  /** The file's name as a shell reads it: bare where that is safe, because most are. */
  private String quoted(String file) {
    var name = folder.resolve(file).toString();
    return name.matches("[A-Za-z0-9_./-]+") ? name : "'" + name.replace("'", "'\\''") + "'";
  }
}
