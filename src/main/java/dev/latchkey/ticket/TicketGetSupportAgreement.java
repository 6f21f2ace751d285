package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.READ_TICKETS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.WhmFunction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/**
 * WHM API 1, ticket_get_support_agreement: your support agreement, and whether you approved its version. WHM asks the
 * vendor's customer portal for the vendor's own; here each user has one of their own, set by support_agreement_set.
 */
@Singleton
@Path(TicketGetSupportAgreement.NAME)
public final class TicketGetSupportAgreement extends WhmFunction {
  static final String NAME = "ticket_get_support_agreement";

  private final AgreementTable agreements;

  @Inject
  TicketGetSupportAgreement(AgreementTable agreements) {
    super(Declaration.of(NAME, "Shows your support agreement, and whether you approved it.")
        .numbered(38)
        .requires(Privilege.SUPPORT_ACCESS)
        .needs(READ_TICKETS)
        .answers(AgreementData.FIELDS));
    this.agreements = agreements;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return agreements
        .find(call.caller().user().name())
        .map(found -> Answer.of(AgreementData.of(found.orElseThrow(AgreementData::none))));
  }
}
