package dev.latchkey.server;

import static java.util.stream.Collectors.joining;

import dev.latchkey.text.Sha256;

/**
 * SHA-256 of what is wanted of a server, in 64 hexadecimal digits. What is ending is not part of it, as a proven end drops out
 * without a new generation. No field of a line has a blank or a newline of its own but the key, which has one blank. What is
 * told only where it differs from the usual leaves the hashes of earlier releases as they were.
 */
record WantedHash(ServerState state) {
  String digits() {
    var server = state.server();
    var settings = "key_file " + server.keyFiles() + "\n"
        + server.firewall().told().map(text -> "firewall " + text + "\n").orElse("");
    var revoked =
        server.revokedKeys().told().map(text -> "revoked_keys " + text + "\n").orElse("")
            + state.revocations().fingerprints().stream()
                .map(fingerprint -> "revoked " + fingerprint + "\n")
                .collect(joining());
    return Sha256.hex(state.wanted().stream()
        .map(WantedHash::line)
        .sorted()
        .collect(joining("", settings, revoked)));
  }

  private static String line(Grant grant) {
    return "%d %s %s %s %d%s\n"
        .formatted(
            grant.ticket(),
            grant.user(),
            grant.key().line(),
            String.join(",", grant.from().cidrs()),
            grant.expiresAt().getEpochSecond(),
            grant.account().hashed());
  }
}
