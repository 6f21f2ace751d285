package dev.latchkey.ticket;

import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import java.util.Optional;

/** How a vendor logs in: what a ticket has of its own, or the profile of its owner. */
public record VendorAccess(
    Optional<PublicKey> key, Optional<SourceRanges> from, Optional<SshUser> user) {
  static final VendorAccess NONE =
      new VendorAccess(Optional.empty(), Optional.empty(), Optional.empty());

  /** What is not said here is as {@code other} has it. */
  VendorAccess orElse(VendorAccess other) {
    return new VendorAccess(key.or(other::key), from.or(other::from), user.or(other::user));
  }

  boolean isWhole() {
    return key.isPresent() && from.isPresent();
  }
}
