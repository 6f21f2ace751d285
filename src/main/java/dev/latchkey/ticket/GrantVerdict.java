package dev.latchkey.ticket;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Field;
import dev.latchkey.delivery.Admission;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.DoorStatus;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.OrderOutcome.Declined;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Observation.Outcome;
import dev.latchkey.server.Observation.Standing;
import dev.latchkey.server.Observation.Standing.State;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.StatedReach;
import dev.latchkey.server.StatedReachReader;
import dev.latchkey.text.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What ticket_grant answers for what the server stated, in WHM's shape. */
final class GrantVerdict {
  /** What {@link #granted} shows. */
  static final List<Field> GRANTED = Field.all(
      TicketData.ECHO,
      List.of(
          Field.text(
              "auth_status",
              "AUTHED if the server has stated that it would admit a login by the key, NOT_AUTHED until then, or where something stands in the way, which non_fatals names."),
          Field.time("auth_time", "When the server stated it; left out until then.")
              .optional(),
          Field.time("expires_at", "When the access ends by itself (an extension)."),
          Field.text("ticket_status", "OPEN."),
          Field.text("server_name", "The server's name.")),
      ReachData.FIELDS,
      DoorStatus.FIELDS,
      TicketData.REMARKS);

  private GrantVerdict() {}

  /** Why the server cannot do it, in its own words; empty when it did, or may still do it. */
  static Optional<String> whyImpossible(Grant grant, Delivered delivered) {
    var name = delivered.state().server().name();
    if (isDeclined(delivered)) {
      return Optional.of(Explanation.of(name, delivered.outcome()));
    }
    return delivered
        .outcome()
        .statement()
        .map(stated -> stated.standing(grant))
        .flatMap(standing -> standing.isEmpty()
            ? Optional.of(name + " states nothing of this grant")
            : standing
                .filter(found -> found.state() != State.PRESENT)
                .map(found -> problem(name, found)));
  }

  /** Whether the server says that nothing of this grant is there, so that there is nothing to prove gone. */
  static boolean isNeverPlaced(Grant grant, Delivered delivered) {
    return isDeclined(delivered)
        || delivered
            .outcome()
            .statement()
            .flatMap(stated -> stated.standing(grant))
            .filter(Standing::isRefused)
            .isPresent();
  }

  /** For good: nothing of the order was done, and nothing will be. */
  private static boolean isDeclined(Delivered delivered) {
    return delivered.outcome() instanceof Declined declined
        && (declined.observation().outcome() == Outcome.NO_PYTHON
            || declined.observation().outcome() == Outcome.REFUSED);
  }

  private static String problem(ServerName name, Standing standing) {
    return name + " states: "
        + standing.problem().map(Quoted::sentence).orElse("the grant is " + standing.state());
  }

  /** @param isShortened whether it ends with the token that gave it, which nobody has asked for */
  static Answer granted(Grant grant, boolean isShortened, Delivered delivered) {
    var stated = delivered.outcome().statement();
    var name = delivered.state().server().name();
    var reach = StatedReachReader.of(delivered.state().server());
    var authed =
        stated.filter(seen -> seen.standing(grant).filter(Standing::isAdmitted).isPresent());
    var data = TicketData.echo(grant)
        .with("auth_status", authed.isPresent() ? "AUTHED" : "NOT_AUTHED")
        .with("auth_time", authed.map(Observation::at).map(TicketData::time))
        .with("expires_at", TicketData.time(grant.expiresAt()))
        .with("ticket_status", Ticket.Status.OPEN.name())
        .with("server_name", name.value())
        .with(ReachData.of(reach, grant.user()))
        .with(DoorStatus.statuses(delivered.outcome(), true));
    var remarks = stated.isPresent()
        ? Stream.concat(ofThis(grant, name, stated), Remarks.of(name, stated).stream())
        : Stream.of(Explanation.of(name, delivered.outcome())
            + "; the grant stands and is carried out as soon as the server can be reached");
    var shortened = isShortened
        ? Stream.of("the access ends at " + grant.expiresAt() + ", with the token that gave it")
        : Stream.<String>of();
    return Answer.of(data.with(TicketData.remarks(
        Stream.of(shortened, remarks, ofReach(stated, name, reach)).flatMap(all -> all), stated)));
  }

  /** A folder has no address, and of who has stated nothing that is said already. */
  private static Stream<String> ofReach(
      Optional<Observation> stated, ServerName name, StatedReach reach) {
    return stated
        .filter(seen -> !seen.simulated())
        .flatMap(seen -> ReachData.remark(name, reach))
        .stream();
  }

  private static Stream<String> ofThis(Grant grant, ServerName name, Optional<Observation> stated) {
    return stated.flatMap(seen -> seen.standing(grant)).stream()
        .flatMap(standing -> Stream.concat(
            standing.problem().map(why -> problem(name, standing)).stream(),
            Admission.remarks(name, standing.admits(), standing.because())));
  }
}
