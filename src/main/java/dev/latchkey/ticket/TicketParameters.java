package dev.latchkey.ticket;

import dev.latchkey.access.AddressRange;
import dev.latchkey.api.Call;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import java.util.List;
import java.util.Optional;

/** Parameters of the ticket functions. */
final class TicketParameters {
  static final Parameter<Long> TICKET_ID =
      Parameter.required("ticket_id", ParameterType.positive(), "The ticket's number, from 1.");

  static final Parameter<Long> SERVER_NUM = Parameter.required(
      "server_num",
      ParameterType.positive(),
      "The number of the server inside the ticket, from 1.");

  static final Parameter<Optional<PublicKey>> KEY = Parameter.optional(
      "key",
      ServerParameters.PUBLIC_KEY,
      "The vendor's public key, as the .pub file has it; RSA from 3072 bits.");

  static final Parameter<Optional<List<AddressRange>>> FROM = Parameter.several(
      "from",
      ParameterType.text(SourceRanges::parse),
      "Where the vendor logs in from: addresses or CIDR ranges, at most " + SourceRanges.MOST
          + ", at widest /16 of IPv4 and /32 of IPv6.");

  static final Parameter<Optional<SshUser>> SSH_USERNAME = Parameter.optional(
      "ssh_username",
      ServerParameters.SSH_USER,
      "The account that the vendor logs in to before becoming root.");

  private TicketParameters() {}

  static WhmFailure unknown(long ticket) {
    return TICKET_ID.refused("you have no ticket " + ticket + ".");
  }

  static void refuseClosed(Ticket ticket) {
    if (!ticket.isOpen()) {
      throw TICKET_ID.refused("ticket " + ticket.id() + " is closed; open a new one.");
    }
  }

  static VendorAccess access(Call call) {
    return new VendorAccess(
        KEY.from(call), FROM.from(call).map(TicketParameters::ranges), SSH_USERNAME.from(call));
  }

  private static SourceRanges ranges(List<AddressRange> given) {
    try {
      return new SourceRanges(given);
    } catch (IllegalArgumentException e) {
      throw FROM.refused(e.getMessage());
    }
  }
}
