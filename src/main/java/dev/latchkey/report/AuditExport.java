package dev.latchkey.report;

import static dev.latchkey.api.Permission.READ_SEALS;
import static dev.latchkey.api.Permission.READ_SERVERS;
import static dev.latchkey.api.Permission.READ_TICKETS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.audit.Export;
import dev.latchkey.audit.Export.Part;
import dev.latchkey.audit.TicketRecords.Known;
import dev.latchkey.data.Data;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Optional;

/** An extension of WHM API 1: entries of the audit with what proves them, for whoever has no access here. */
@Singleton
@Path(AuditExport.NAME)
public final class AuditExport extends WhmFunction {
  static final String NAME = "audit_export";

  private static final Parameter<Optional<Long>> FIRST = Parameter.optional(
      "first",
      ParameterType.positive(),
      "The number of the first seal that is wanted; “next” from the previous answer, to go on. By default 1, or of a ticket the seal where its life begins.");

  private static final Parameter<Optional<Long>> TICKET = Parameter.optional(
      "ticket_id",
      ParameterType.positive(),
      "Only entries that say they are about this ticket, from its creation on, with the hashes of the others, and at the end its receipts; it requires support-access too.");

  private final Export export;
  private final AuditUser users;

  @Inject
  AuditExport(Export export, AuditUser users) {
    super(Declaration.of(
            NAME, "Gives sealed entries of the audit as a file that infra/audit-verify can check.")
        .numbered(78)
        .requires(Privilege.MANAGE_API_TOKENS)
        .needs(READ_SEALS, READ_TICKETS, READ_SERVERS)
        .takes(AuditUser.PARAMETER, FIRST, TICKET)
        .answers(
            Field.texts(
                "lines",
                "The file: lines of JSON, to be written as they are, each with a line feed after it; those of the next answer follow them."),
            Field.text("statement", "What the file is and what is missing, in a sentence."),
            Field.number("first", "The number of the first seal in it."),
            Field.number("last", "The number of the last seal in it."),
            Field.number("entries", "How many entries it has."),
            Field.number(
                    "next",
                    "What the next call gives as “first” for the file after it; left out at the end of the chain.")
                .optional())
        .extension());
    this.export = export;
    this.users = users;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return TICKET
        .from(call)
        .map(id -> ofTicket(call, id))
        .orElseGet(() -> users
            .of(call)
            .chain(user -> part(call, user, FIRST.from(call).orElse(1L), Optional.<Known>empty())));
  }

  private Uni<Answer> ofTicket(Call call, long id) {
    var caller = call.caller();
    if (!caller.holds(Privilege.SUPPORT_ACCESS) && !caller.holds(Privilege.ALL)) {
      throw TICKET.refused("requires the privilege “support-access”, too, as receipts do.");
    }
    return export.ticket(id).chain(found -> {
      var ticket = found
          .filter(known -> caller.reaches(known.owner()))
          .orElseThrow(() -> TICKET.refused("you have no ticket " + id + "."));
      AuditUser.PARAMETER
          .from(call)
          .filter(user -> !user.equals(ticket.owner()))
          .ifPresent(user -> {
            throw AuditUser.PARAMETER.refused("does not own ticket " + id
                + "; leave it out, as the audit of the ticket's owner is taken.");
          });
      return FIRST
          .from(call)
          .map(first -> Uni.createFrom().item(first))
          .orElseGet(() -> export.firstSince(ticket.owner(), ticket.createdAt()))
          .chain(first -> part(call, ticket.owner(), first, Optional.of(ticket)));
    });
  }

  private Uni<Answer> part(Call call, String user, long first, Optional<Known> ticket) {
    return export
        .of(user, first, ticket)
        .map(part -> Answer.of(show(ticket, part.orElseThrow(() -> nothing(call, user, first)))));
  }

  private static WhmFailure nothing(Call call, String user, long first) {
    return FIRST.from(call).isPresent()
        ? FIRST.refused("there is no seal " + first + "; audit_verify says which there are.")
        : WhmFailure.refused("Of what you ask for in the audit of “" + user
            + "” nothing is sealed yet; an entry is sealed within a minute after it was written.");
  }

  private static Data.Hash show(Optional<Known> ticket, Part part) {
    return Data.hash()
        .with("lines", Data.texts(part.lines()))
        .with("statement", statement(ticket, part))
        .with("first", part.first())
        .with("last", part.last())
        .with("entries", part.entries())
        .with("next", part.next().map(Data::number));
  }

  private static String statement(Optional<Known> ticket, Part part) {
    var what = part.entries() + " entries"
        + ticket.map(known -> " about ticket " + known.id()).orElse("") + " in the seals "
        + part.first() + " to " + part.last() + "; ";
    var damaged = part.damaged() == 0
        ? ""
        : part.damaged() + " entries are missing or are not as they were sealed"
            + ticket
                .map(known -> ", so that nobody knows whether they are about the ticket")
                .orElse("")
            + " (audit_verify names the first one); ";
    return what
        + damaged
        + part.next()
            .map(next -> "it goes on with first=" + next + ".")
            .orElse(
                "it is all that is sealed, and what was written within the last minute is not.");
  }
}
