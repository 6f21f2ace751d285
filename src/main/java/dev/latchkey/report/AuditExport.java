package dev.latchkey.report;

import static dev.latchkey.api.Permission.READ_SEALS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.audit.Export;
import dev.latchkey.audit.Export.Part;
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

  private static final Parameter<Long> FIRST = Parameter.defaulting(
      "first",
      ParameterType.positive(),
      1L,
      "The number of the first seal that is wanted; “next” of the answer before, to go on.");

  private static final Parameter<Optional<Long>> TICKET = Parameter.optional(
      "ticket_id",
      ParameterType.positive(),
      "Only entries that name this ticket; the seals have the hashes of the others.");

  private final Export export;

  @Inject
  AuditExport(Export export) {
    super(Declaration.of(
            NAME, "Gives sealed entries of the audit as a file that infra/audit-verify can check.")
        .numbered(78)
        .requires(Privilege.MANAGE_API_TOKENS)
        .needs(READ_SEALS)
        .takes(AuditUser.PARAMETER, FIRST, TICKET)
        .answers(
            Field.texts(
                "lines",
                "The file: lines of JSON, to be written as they are, each with a line feed after it."),
            Field.number("last", "The number of the last seal in it."),
            Field.number("entries", "How many entries it has."),
            Field.number(
                    "next",
                    "What the next call gives as “first” for the file after it; left out at the end of the chain.")
                .optional())
        .extension());
    this.export = export;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var first = FIRST.from(call);
    return export
        .of(AuditUser.of(call), first, TICKET.from(call))
        .map(part -> Answer.of(show(part.orElseThrow(() ->
            FIRST.refused("there is no seal " + first + "; audit_verify says which there are.")))));
  }

  private static Data.Hash show(Part part) {
    return Data.hash()
        .with("lines", Data.texts(part.lines()))
        .with("last", part.last())
        .with("entries", part.entries())
        .with("next", part.next().map(Data::number));
  }
}
