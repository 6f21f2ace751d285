package dev.latchkey.ticket;

import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.StatedReach;
import dev.latchkey.ssh.SshUser;
import java.util.List;
import java.util.Optional;

/** How a vendor comes to a server and knows it. */
final class ReachData {
  static final List<Field> FIELDS = List.of(
      Field.text(
              "ssh",
              "The address and port of its sshd, as the server stated them; left out while it did not.")
          .optional(),
      Field.text(
              "ssh_command",
              "What the vendor types (an extension); left out while the address or the port is unknown.")
          .optional(),
      Field.list(
              "host_keys",
              "The keys by which its sshd is known, as the server stated them (an extension); left out while it did not.",
              Field.text("type", "The key's type."),
              Field.text("fingerprint", "Its SHA-256 fingerprint, as ssh shows it."),
              Field.text(
                      "known_hosts",
                      "The line for known_hosts; left out while the address or the port is unknown.")
                  .optional())
          .atMost(StatedReach.MOST)
          .optional());

  private ReachData() {}

  static Data.Hash of(StatedReach reach, SshUser user) {
    var keys = reach.hostKeys().stream()
        .<Data>map(key -> Data.hash()
            .with("type", key.type())
            .with("fingerprint", key.fingerprint())
            .with("known_hosts", reach.knownHosts(key).map(Data::text)))
        .toList();
    return Data.hash()
        .with("ssh", reach.place().map(Data::text))
        .with("ssh_command", reach.command(user).map(Data::text))
        .with(
            "host_keys",
            keys.isEmpty() ? Optional.<Data>empty() : Optional.of(new Data.Sequence(keys)));
  }

  /** Empty where nobody has to trust at first sight. */
  static Optional<String> remark(ServerName name, StatedReach reach) {
    return reach.isKnown()
        ? Optional.empty()
        : Optional.of(name + " has not stated "
            + (reach.hostKeys().isEmpty() ? "its host keys" : "its address and port")
            + "; ask whoever runs it, so that the vendor need not trust at first sight");
  }
}
