package dev.latchkey.server;

/** Names a grant in the deployment. */
public record GrantKey(ServerName server, long ticket, SshUser user) {}
