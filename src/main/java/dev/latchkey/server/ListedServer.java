package dev.latchkey.server;

import java.time.Instant;
import java.util.Optional;

/**
 * What a list shows of a server.
 *
 * @param firewall what {@link Firewall#told} says
 * @param revokedKeys what {@link RevokedKeys#told} says
 * @param seenAt up to an hour before it was last seen
 * @param agentVersion as last stated, and so {@code agentSha256} and {@code sshVersion}
 */
public record ListedServer(
    ServerName name,
    NodeId node,
    String owner,
    String keyFiles,
    Optional<String> firewall,
    Optional<String> revokedKeys,
    long epoch,
    long generation,
    boolean confirmed,
    Optional<Instant> seenAt,
    Optional<String> agentVersion,
    Optional<String> agentSha256,
    Optional<String> sshVersion) {}
