package dev.latchkey.ticket;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** Shows the vendor profile of yours (an extension). */
@Singleton
@Path(VendorProfileGet.NAME)
public final class VendorProfileGet extends WhmFunction {
  static final String NAME = "vendor_profile_get";

  private final TicketTable tickets;

  @Inject
  VendorProfileGet(TicketTable tickets) {
    super(Declaration.of(
            NAME, "Shows how your vendor logs in where a ticket does not say it, and who it is.")
        .numbered(34)
        .requires(Privilege.SUPPORT_ACCESS)
        .needsNothingMore()
        .answers(CompanyData.PROFILE)
        .extension());
    this.tickets = tickets;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    return tickets
        .findProfile(call.caller().user().name())
        .map(found -> found
            .map(profile -> Answer.of(CompanyData.of(profile)))
            .orElseThrow(() ->
                WhmFailure.refused("You have no vendor profile; vendor_profile_set makes one.")));
  }
}
