package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_TICKETS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.text.Quoted;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Optional;

/**
 * WHM API 1, ticket_update_service_agreement_approval: approves the version of your support agreement that stands, so that
 * nobody approves words that were replaced meanwhile. Approved again, it keeps the date of the first time.
 */
@Singleton
@Path(TicketUpdateServiceAgreementApproval.NAME)
public final class TicketUpdateServiceAgreementApproval extends WhmFunction {
  static final String NAME = "ticket_update_service_agreement_approval";

  private static final Parameter<String> VERSION = Parameter.required(
      "version",
      ParameterType.TEXT,
      "The version that you approve, as ticket_get_support_agreement shows it.");

  private final AgreementTable agreements;
  private final Change change;

  @Inject
  TicketUpdateServiceAgreementApproval(AgreementTable agreements, Change change) {
    super(Declaration.of(NAME, "Approves your support agreement.")
        .numbered(39)
        .requires(Privilege.SUPPORT_ACCESS)
        .changes()
        .needs(CHANGE_TICKETS)
        .takes(VERSION)
        .answersNothing());
    this.agreements = agreements;
    this.change = change;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var user = call.caller().user().name();
    return Change.retrying(() -> agreements
        .find(user)
        .chain(found -> approve(call, found.orElseThrow(AgreementData::none))));
  }

  private Uni<Answer> approve(Call call, Agreement before) {
    if (!before.version().equals(VERSION.from(call))) {
      throw VERSION.refused("“" + Quoted.of(VERSION.from(call))
          + "” is not the version that stands, which is “" + before.version() + "”.");
    }
    if (before.approvedAt().isPresent()) {
      return Uni.createFrom().item(Answer.withoutData());
    }
    return change
        .commit(
            call,
            before.owner(),
            "approved the support agreement, version " + before.version(),
            in -> agreements.write(in, Optional.of(before), before.approved(call.at())))
        .replaceWith(Answer::withoutData);
  }
}
