package dev.latchkey.server;

import java.time.Instant;
import java.util.Optional;

/**
 * A key that authorizesshkey put into root's authorized keys of a server. It is remembered and listed; orders neither
 * put it back nor take it away.
 *
 * @param expiresAt when sshd refuses it; empty for never
 * @param by the user whose call it was, or “another user” where it was before the server became its owner's
 */
public record AuthorizedKey(
    ServerName server, String fingerprint, Instant at, Optional<Instant> expiresAt, String by) {}
