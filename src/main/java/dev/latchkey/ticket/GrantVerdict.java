package dev.latchkey.ticket;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.DoorStatus;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.OrderOutcome.Declined;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Observation.Outcome;
import dev.latchkey.server.Observation.Standing;
import dev.latchkey.server.Observation.Standing.State;
import dev.latchkey.server.ServerName;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.text.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a call answers for what the server stated: WHM's shapes of ticket_grant and ticket_revoke. */
final class GrantVerdict {
  private static final List<Field> REMARKS = List.of(Field.texts(
      "non_fatals",
      "Remarks: “audit_log” if the server could not write its log, or a sentence (an extension)."));

  /** What {@link #granted} shows. */
  static final List<Field> GRANTED = Field.all(
      TicketData.ECHO,
      List.of(
          Field.text(
              "auth_status",
              "AUTHED if the server has stated that the key is in place, NOT_AUTHED until then."),
          Field.time("auth_time", "When the server stated it; left out until then.")
              .optional(),
          Field.time("expires_at", "When the access ends by itself (an extension)."),
          Field.text("ticket_status", "OPEN."),
          Field.text("server_name", "The server's name.")),
      DoorStatus.FIELDS,
      REMARKS);

  /** What {@link #ended} shows. */
  static final List<Field> ENDED = Field.all(
      TicketData.ECHO,
      List.of(Field.number(
          "revoked_keys", "1 if the key is proven gone, 0 if not or if there was none.")),
      DoorStatus.FIELDS,
      REMARKS);

  private GrantVerdict() {}

  /** Why the server cannot do it, in its own words; empty when it did, or may still do it. */
  static Optional<String> whyImpossible(Grant grant, Delivered delivered) {
    var name = delivered.state().server().name();
    if (delivered.outcome() instanceof Declined declined) {
      var outcome = declined.observation().outcome();
      return outcome == Outcome.NO_PYTHON || outcome == Outcome.REFUSED
          ? Optional.of(Explanation.of(name, declined))
          : Optional.empty();
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

  private static String problem(ServerName name, Standing standing) {
    return name + " states: "
        + standing.problem().map(Quoted::sentence).orElse("the grant is " + standing.state());
  }

  static Answer granted(Grant grant, Delivered delivered) {
    var stated = delivered.outcome().statement();
    var name = delivered.state().server().name();
    var data = TicketData.echo(grant)
        .with("auth_status", stated.isPresent() ? "AUTHED" : "NOT_AUTHED")
        .with("auth_time", stated.map(Observation::at).map(TicketData::time))
        .with("expires_at", TicketData.time(grant.expiresAt()))
        .with("ticket_status", Ticket.Status.OPEN.name())
        .with("server_name", name.value())
        .with(DoorStatus.statuses(delivered.outcome(), true));
    var remarks = stated.isPresent()
        ? remarks(stated)
        : List.of(Explanation.of(name, delivered.outcome())
            + "; the grant stands and is carried out as soon as the server can be reached");
    return Answer.of(data.with("non_fatals", Data.texts(remarks)));
  }

  static Answer revoked(Grant grant, Delivered delivered) {
    return Answer.of(ended(TicketData.echo(grant), delivered, 1, Stream.of()));
  }

  /** There was nothing to revoke: granted never, or proven gone before. It may have been meant for another account. */
  static Answer nothingToRevoke(long ticket, long number, SshUser user, Delivered delivered) {
    var others = delivered.state().grantsOf(ticket).stream()
        .filter(Grant::isWanted)
        .map(other -> "ticket " + ticket + " has a grant for " + other.user() + " on "
            + delivered.state().server().name());
    return Answer.of(ended(TicketData.echo(ticket, number, user), delivered, 0, others));
  }

  static Answer revoking(Grant grant, Delivered delivered) {
    return Answer.failed(
        whyNotProven(grant, delivered), ended(TicketData.echo(grant), delivered, 0, Stream.of()));
  }

  static String whyNotProven(Grant grant, Delivered delivered) {
    var name = delivered.state().server().name();
    var why = delivered
        .outcome()
        .statement()
        .flatMap(stated -> stated.ended(grant))
        .map(ended -> name + " states: "
            + ended
                .problem()
                .map(Quoted::sentence)
                .orElse(
                    ended.copies() > 0
                        ? "the key stands in " + ended.copies()
                            + " more lines, which were there before the grant"
                        : "it is not gone yet"))
        .orElseGet(() -> Explanation.of(name, delivered.outcome()));
    return "revoking: " + why + "; access ends at " + grant.expiresAt()
        + " at the latest; the order stands and is repeated.";
  }

  private static Data.Hash ended(
      Data.Hash echo, Delivered delivered, int keys, Stream<String> more) {
    var remarks =
        Stream.concat(remarks(delivered.outcome().statement()).stream(), more).toList();
    return echo.with("revoked_keys", keys)
        .with(
            DoorStatus.statuses(delivered.outcome(), !delivered.state().wanted().isEmpty()))
        .with("non_fatals", Data.texts(remarks));
  }

  /** WHM's word for a server that could not write its log. */
  private static List<String> remarks(Optional<Observation> stated) {
    var isUnwritten = stated.filter(seen -> !seen.auditLogWritten()).isPresent();
    return isUnwritten ? List.of("audit_log") : List.of();
  }
}
