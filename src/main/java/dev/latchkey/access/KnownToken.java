package dev.latchkey.access;

/**
 * What the log and the audit call a token that is known, whatever becomes of the call.
 *
 * @param user whose it is
 * @param id as {@link Credential#id}
 * @param name of a session's token the one that it had when the session was opened
 */
public record KnownToken(String user, String id, String name) {}
