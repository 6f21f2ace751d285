package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;

/** Names a grant in the deployment. */
public record GrantKey(ServerName server, long ticket, SshUser user) {}
