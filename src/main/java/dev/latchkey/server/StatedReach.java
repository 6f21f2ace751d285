package dev.latchkey.server;

import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SshUser;
import java.util.List;
import java.util.Optional;

/**
 * How a vendor comes to the sshd of a server and knows it, as the server stated last.
 *
 * @param address from which it would call the internet, by its own routes: a private one behind a gateway; empty if it did not say
 * @param ports of the first sshd that listens, from 1 to 65535; empty if it did not say
 * @param hostKeys the public halves of the keys that its sshd has loaded; empty if it did not say, or has none
 */
public record StatedReach(Optional<String> address, List<Long> ports, List<PublicKey> hostKeys) {
  public static final StatedReach UNKNOWN = new StatedReach(Optional.empty(), List.of(), List.of());

  private static final long USUAL_PORT = 22;
  /** Ports, and host keys, that are read. */
  public static final int MOST = 8;

  /** Whether nobody has to trust at first sight. */
  public boolean isKnown() {
    return address.isPresent() && !ports.isEmpty() && !hostKeys.isEmpty();
  }

  private Optional<Long> port() {
    return ports.contains(USUAL_PORT) ? Optional.of(USUAL_PORT) : ports.stream().findFirst();
  }

  /** What the vendor types; empty where address or port is unknown. */
  public Optional<String> command(SshUser user) {
    return address.flatMap(host -> port()
        .map(port -> "ssh " + (port == USUAL_PORT ? "" : "-p " + port + " ") + user + "@" + host));
  }

  /** {@code 192.0.2.7:22}; empty where one of both is unknown. */
  public Optional<String> place() {
    return address.flatMap(
        host -> port().map(port -> (host.contains(":") ? "[" + host + "]" : host) + ":" + port));
  }

  /** A line of known_hosts (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"); empty where address or port is unknown. */
  public Optional<String> knownHosts(PublicKey key) {
    return address.flatMap(host -> port()
        .map(port -> (port == USUAL_PORT ? host : "[" + host + "]:" + port) + " " + key.line()));
  }
}
