package dev.latchkey.ticket;

import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.Grant;
import dev.latchkey.server.GrantAccount;
import dev.latchkey.server.Observation;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How tickets, grants and vendors are shown. */
final class TicketData {
  /** What {@link #of(VendorAccess)} shows. */
  static final List<Field> ACCESS = List.of(
      Field.text("key", "The vendor's public key; null if none is set.").orNull(),
      Field.text("fingerprint", "Its SHA-256 fingerprint; null if no key is set.")
          .orNull(),
      Field.texts("from", "The CIDR ranges that the vendor logs in from; null if none are set.")
          .atMost(SourceRanges.MOST)
          .orNull(),
      Field.text("ssh_username", "The account that the vendor logs in to; null if none is set.")
          .orNull(),
      Field.text(
              "account",
              "“own” if an account is made for each grant and deleted with it; left out if not.")
          .optional(),
      Field.flag("sudo", "1 if that account becomes root by sudo; left out if not.")
          .optional());

  /** What {@link #echo(Grant)} repeats. */
  static final List<Field> ECHO = List.of(
      Field.text("ticket_id", "The ticket's number, as a text."),
      Field.text("server_num", "The number of the server inside the ticket, as a text."),
      Field.text("ssh_username", "The account that the vendor logs in to."));

  /** What {@link #remarks} shows. */
  static final List<Field> REMARKS = List.of(
      Field.texts(
              "non_fatals",
              "Remarks: “audit_log” if the server could not write its log, or a sentence (an extension).")
          .atMost(Remarks.MOST),
      Field.flag(
              "simulated",
              "1 if the server is a folder, where no process and no firewall was looked at (an extension); left out if it is not.")
          .optional());

  private TicketData() {}

  static Data.Hash remarks(Stream<String> sentences, Optional<Observation> stated) {
    return Data.hash()
        .with("non_fatals", Remarks.data(sentences))
        .with("simulated", stated.filter(Observation::simulated).map(seen -> Data.flag(true)));
  }

  static Data.Hash of(VendorAccess access) {
    return Data.hash()
        .with("key", Data.orNull(access.key().map(key -> Data.text(key.line()))))
        .with("fingerprint", Data.orNull(access.key().map(key -> Data.text(key.fingerprint()))))
        .with("from", Data.orNull(access.from().map(from -> Data.texts(from.cidrs()))))
        .with("ssh_username", Data.orNull(access.user().map(user -> Data.text(user.value()))))
        .with("account", access.account().flatMap(GrantAccount::told).map(Data::text))
        .with("sudo", access.account().flatMap(GrantAccount::toldSudo).map(Data::number));
  }

  /** In a line of the audit. */
  static String describe(VendorAccess access) {
    return "key=" + access.key().map(key -> key.fingerprint()).orElse("the profile's")
        + " from="
        + access.from().map(from -> String.join(",", from.cidrs())).orElse("the profile's")
        + " ssh_username=" + access.user().map(user -> user.value()).orElse("the profile's")
        + access
            .account()
            .map(account -> " account=own" + (account.hasSudo() ? " sudo=1" : ""))
            .orElse("");
  }

  /** What WHM repeats of a call: its ids as strings, as the examples of its documentation have them. */
  static Data.Hash echo(Grant grant) {
    return echo(grant.ticket(), grant.number(), grant.user());
  }

  static Data.Hash echo(long ticket, long number, SshUser user) {
    return Data.hash()
        .with("ticket_id", Long.toString(ticket))
        .with("server_num", Long.toString(number))
        .with("ssh_username", user.value());
  }

  static Data time(Instant at) {
    return Data.number(at.getEpochSecond());
  }
}
