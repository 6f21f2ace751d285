package dev.latchkey.ticket;

import dev.latchkey.server.GrantAccount;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import java.util.Optional;

/**
 * How a vendor logs in: what a ticket has of its own, or the profile of its owner.
 *
 * @param account whose account it is; of a profile alone, and empty for one that the server has
 */
public record VendorAccess(
    Optional<PublicKey> key,
    Optional<SourceRanges> from,
    Optional<SshUser> user,
    Optional<GrantAccount> account) {
  static final VendorAccess NONE =
      new VendorAccess(Optional.empty(), Optional.empty(), Optional.empty());

  /** Without a word on whose account it is. */
  VendorAccess(Optional<PublicKey> key, Optional<SourceRanges> from, Optional<SshUser> user) {
    this(key, from, user, Optional.empty());
  }

  /** What is not said here is as {@code other} has it. */
  VendorAccess orElse(VendorAccess other) {
    return new VendorAccess(
        key.or(other::key), from.or(other::from), user.or(other::user), account.or(other::account));
  }

  VendorAccess with(Optional<GrantAccount> chosen) {
    return new VendorAccess(key, from, user, chosen);
  }

  boolean isWhole() {
    return key.isPresent() && from.isPresent();
  }

  /** What it needs to be whole. */
  String missing() {
    return key.isPresent()
        ? "source ranges"
        : from.isPresent() ? "key" : "key and no source ranges";
  }
}
