package dev.latchkey.delivery;

import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.OrderOutcome.Unreachable;
import dev.latchkey.server.Observation.Chain;
import java.util.List;

/**
 * WHM's names for the doors and what state they are in (WHM API 1, ticket_grant). CSF is left out, as WHM leaves it out
 * where it is not installed; hosts.allow and cPHulk are not opened, so they are INACTIVE.
 */
public final class DoorStatus {
  private static final String ACTIVE = "ACTIVE";
  private static final String INACTIVE = "INACTIVE";
  private static final String ERR_SETUP = "ERR_SETUP";
  private static final String ERR_UNSETUP = "ERR_UNSETUP";
  private static final String ERR_UNKNOWN = "ERR_UNKNOWN";

  /** What {@link #statuses} says. */
  public static final List<Field> FIELDS = List.of(
      Field.text(
          "chain_status",
          "The state of the server's firewall: ACTIVE, INACTIVE, ERR_SETUP, ERR_UNSETUP or ERR_UNKNOWN."),
      Field.text(
          "host_access_wl_status",
          "The state of hosts.allow: INACTIVE, as it is not opened; ERR_… if the server stated nothing."),
      Field.text(
          "hulk_wl_status",
          "The state of cPHulk: INACTIVE, as it is not opened; ERR_… if the server stated nothing."));

  private DoorStatus() {}

  /** @param opening whether the call that they are told to opens doors or closes them */
  public static Data.Hash statuses(OrderOutcome outcome, boolean opening) {
    return outcome
        .statement()
        .map(stated -> all(chain(stated.chain(), opening), INACTIVE))
        .orElseGet(() -> {
          var status =
              outcome instanceof Unreachable ? opening ? ERR_SETUP : ERR_UNSETUP : ERR_UNKNOWN;
          return all(status, status);
        });
  }

  private static Data.Hash all(String chain, String others) {
    return Data.hash()
        .with("chain_status", chain)
        .with("host_access_wl_status", others)
        .with("hulk_wl_status", others);
  }

  public static String chain(Chain chain, boolean opening) {
    return switch (chain.state()) {
      case WHOLE -> ACTIVE;
      case GONE, ABSENT -> INACTIVE;
      case PARTIAL -> opening ? ERR_SETUP : ERR_UNSETUP;
      case UNKNOWN -> ERR_UNKNOWN;
    };
  }
}
