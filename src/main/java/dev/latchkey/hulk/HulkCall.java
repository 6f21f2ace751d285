package dev.latchkey.hulk;

import static java.util.stream.Collectors.joining;

import dev.latchkey.access.AddressRange;
import dev.latchkey.api.Call;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.StatedHulk;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What the functions for cPHulk take and answer alike. */
final class HulkCall {
  static final Parameter<HulkList> LIST = Parameter.required(
      "list_name",
      ParameterType.text(HulkList::parse).choosing("white", "black"),
      "The list: white for those whom cPHulk never keeps out, black for those whom it always does.");

  static final Parameter<List<HulkAddress>> IPS = addresses(
      HulkAddress::parse, "The addresses, networks such as 192.0.2.0/24, or ranges such as ");

  static final Parameter<List<HulkAddress>> NEW_IPS = addresses(
      HulkAddress::parseNarrow,
      "The addresses, networks such as 192.0.2.0/24, no wider than /8 of IPv4 and /16 of IPv6, or ranges such as ");

  static final Parameter<Boolean> SKIP = Parameter.defaulting(
      "skip_enabled_check",
      ParameterType.FLAG,
      false,
      "1 to do it although cPHulk is disabled there; by default that is refused.");

  static final Field LIST_NAME = Field.text("list_name", "The list: white or black.");

  static final Field FAILED = Field.textsByName(
          "ips_failed",
          "Why it was not done, by address; then “result” is 0, whatever was done for others.")
      .atMost(HulkAddress.MOST);

  static final Field BANS = Field.number(
          "iptable_bans_removed",
          "How many rules of the firewall that blocked addresses were deleted; left out where the server does not say.")
      .optional();

  static final Field REQUESTER =
      Field.text("requester_ip", "Your address; null where none is known.").orNull();

  static final Field IS_WHITELISTED = Field.flag(
          "requester_ip_is_whitelisted",
          "1 if the server's white list has your address, 0 if not; left out where the server does not say.")
      .optional();

  static final Field RESTART = Field.flag(
          "restart_ssh",
          "1 if sshd must be restarted there for the list to take effect, 0 if not; left out where the server does not say.")
      .optional();

  static final Field RESTART_WHY = Field.text(
          "warning_ssh", "Why sshd must be restarted; left out where the server does not say.")
      .optional();

  static final Field REMARKS = Field.texts(
          "non_fatals",
          "Remarks of the server (an extension): what else is to be known; left out if there are none.")
      .atMost(Remarks.MOST)
      .optional();

  private HulkCall() {}

  private static Parameter<List<HulkAddress>> addresses(
      Function<String, HulkAddress> parse, String which) {
    return Parameter.requiredSeveral(
        "ip",
        ParameterType.text(parse),
        which + "192.0.2.1-192.0.2.9; several as ip-1, ip-2 and so on, at most " + HulkAddress.MOST
            + ".");
  }

  /** The addresses of a call, each once. */
  static List<HulkAddress> ips(Parameter<List<HulkAddress>> parameter, Call call) {
    var ips = parameter.from(call).stream().distinct().toList();
    if (ips.size() > HulkAddress.MOST) {
      throw parameter.refused("there are " + ips.size() + " of them, and " + HulkAddress.MOST
          + " are the most of one call.");
    }
    return ips;
  }

  static Data texts(List<HulkAddress> ips) {
    return Data.texts(ips.stream().map(HulkAddress::text).toList());
  }

  /** Those that were asked for and that a server names, which may name any. */
  static Data among(List<HulkAddress> asked, List<String> stated) {
    return texts(asked.stream().filter(ip -> stated.contains(ip.text())).toList());
  }

  static String named(List<HulkAddress> ips) {
    return ips.stream().map(HulkAddress::text).collect(joining(", "));
  }

  /** Which list is meant, and who asks. */
  static Data.Hash list(Call call) {
    return Data.hash()
        .with("list", LIST.from(call).toString())
        .with("skip", Data.flag(SKIP.from(call)))
        .with("asker", requester(call).map(Data::text));
  }

  static Optional<String> requester(Call call) {
    return AddressRange.address(call.caller().source()).map(AddressRange::plain);
  }

  /** Whether the white list has who asks. */
  static Data.Hash requester(Call call, StatedHulk stated) {
    return Data.hash()
        .with(REQUESTER.name(), Data.orNull(requester(call).map(Data::text)))
        .with(IS_WHITELISTED.name(), stated.whitelisted().map(Data::flag));
  }

  static Data.Hash restart(StatedHulk stated) {
    return Data.hash()
        .with(RESTART.name(), stated.restart().map(Data::flag))
        .with(RESTART_WHY.name(), stated.warning().map(Data::text));
  }
}
