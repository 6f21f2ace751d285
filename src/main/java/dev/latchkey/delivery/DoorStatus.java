package dev.latchkey.delivery;

import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.OrderOutcome.Unreachable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.StatedDoor;
import dev.latchkey.server.StatedDoors;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * WHM's names for the doors and what state they are in (WHM API 1, ticket_grant). A door that a server does not have is
 * INACTIVE; CSF is left out there, as WHM leaves it out.
 */
public final class DoorStatus {
  private static final String ACTIVE = "ACTIVE";
  private static final String INACTIVE = "INACTIVE";
  private static final String ERR_SETUP = "ERR_SETUP";
  private static final String ERR_UNSETUP = "ERR_UNSETUP";
  private static final String ERR_UNKNOWN = "ERR_UNKNOWN";

  private static final List<String> FROM_BEST_TO_WORST =
      List.of(INACTIVE, ACTIVE, ERR_UNKNOWN, ERR_SETUP, ERR_UNSETUP);
  private static final String CSF = "csf_wl_status";

  private static final String STATES =
      ": ACTIVE, INACTIVE, ERR_SETUP, ERR_UNSETUP or ERR_UNKNOWN; non_fatals says why.";

  /** What {@link #statuses} says. */
  public static final List<Field> FIELDS = List.of(
      Field.text(
          "chain_status", "Whether the server's firewall lets the vendor's ranges in" + STATES),
      Field.text("host_access_wl_status", "The lines in hosts.allow, where sshd reads it" + STATES),
      Field.text(CSF, "CSF's entries; left out where CSF is not installed" + STATES)
          .optional(),
      Field.text(
          "hulk_wl_status",
          "The white list of cPHulk, or else of fail2ban or Imunify360" + STATES));

  private DoorStatus() {}

  /** @param opening whether the call that they are told to opens doors or closes them */
  public static Data.Hash statuses(OrderOutcome outcome, boolean opening) {
    return outcome
        .statement()
        .map(Observation::doors)
        .map(doors -> Data.hash()
            .with("chain_status", status(doors.chain(), opening))
            .with("host_access_wl_status", status(doors.hostsAllow(), opening))
            .with(CSF, doors.csf().map(csf -> Data.text(status(csf, opening))))
            .with("hulk_wl_status", status(doors.hulk(), opening)))
        .orElseGet(() -> {
          var status = unstated(outcome, opening);
          return Data.hash()
              .with("chain_status", status)
              .with("host_access_wl_status", status)
              .with("hulk_wl_status", status);
        });
  }

  /** The worst of each door's; where there is none to compare, nothing of ours is open. */
  public static Data.Hash worst(List<Data.Hash> all) {
    var worst = Data.hash();
    for (var field : FIELDS) {
      var said = all.stream()
          .flatMap(statuses -> statuses.get(field.name()).stream())
          .map(status -> ((Data.Text) status).value())
          .max(Comparator.comparing(FROM_BEST_TO_WORST::indexOf));
      if (said.isPresent() || !field.name().equals(CSF)) {
        worst = worst.with(field.name(), said.orElse(INACTIVE));
      }
    }
    return worst;
  }

  /** The firewall alone, with CSF, for a call that has it opened or closed: what is not so is an error. */
  public static String firewall(OrderOutcome outcome, boolean opening) {
    return outcome
        .statement()
        .map(stated -> switch (stated.doors().firewall()) {
          case WHOLE -> opening ? ACTIVE : ERR_UNSETUP;
          case GONE -> opening ? ERR_SETUP : INACTIVE;
          case ABSENT -> INACTIVE;
          case PARTIAL -> opening ? ERR_SETUP : ERR_UNSETUP;
          case UNKNOWN -> ERR_UNKNOWN;
        })
        .orElseGet(() -> unstated(outcome, opening));
  }

  private static String unstated(OrderOutcome outcome, boolean opening) {
    return outcome instanceof Unreachable ? opening ? ERR_SETUP : ERR_UNSETUP : ERR_UNKNOWN;
  }

  public static String status(StatedDoor door, boolean opening) {
    return switch (door.state()) {
      case WHOLE -> ACTIVE;
      case GONE, ABSENT -> INACTIVE;
      case PARTIAL -> opening ? ERR_SETUP : ERR_UNSETUP;
      case UNKNOWN -> ERR_UNKNOWN;
    };
  }

  /** What stands in the way at each door, and what is not sure, a sentence each. */
  public static Stream<String> remarks(Observation stated) {
    return named(stated.doors())
        .flatMap(
            door -> Stream.concat(door.stated().problem().stream(), door.stated().notes().stream())
                .map(text -> door.name() + ": " + text));
  }

  private static Stream<Named> named(StatedDoors doors) {
    return Stream.of(
            Optional.of(new Named("firewall", doors.chain())),
            Optional.of(new Named("hosts.allow", doors.hostsAllow())),
            doors.csf().map(csf -> new Named("CSF", csf)),
            Optional.of(new Named(doors.hulk().by().orElse("hulk"), doors.hulk())))
        .flatMap(Optional::stream);
  }

  private record Named(String name, StatedDoor stated) {}
}
