package dev.latchkey.access;

/**
 * A link that opens a session, once.
 *
 * @param session whose digest is that of the link: the session gets another id
 * @param app the page that it leads to, by WHM's name; empty for none
 */
public record SessionLink(Session session, String app) {}
