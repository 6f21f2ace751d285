package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_PROFILE;
import static dev.latchkey.ticket.TicketParameters.FROM;
import static dev.latchkey.ticket.TicketParameters.KEY;
import static dev.latchkey.ticket.TicketParameters.SSH_USERNAME;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;

/** Sets the key, source ranges and login user of your vendor, for tickets that bring none of their own (an extension). */
@Singleton
@Path(VendorProfileSet.NAME)
public final class VendorProfileSet extends WhmFunction {
  static final String NAME = "vendor_profile_set";

  private final TicketTable tickets;
  private final Change change;

  @Inject
  VendorProfileSet(TicketTable tickets, Change change) {
    super(Declaration.of(
            NAME, "Sets how your vendor logs in where a ticket does not say it, and who it is.")
        .numbered(35)
        .requires(Privilege.SUPPORT_ACCESS)
        .changes()
        .needs(CHANGE_PROFILE)
        .takes(
            KEY,
            FROM,
            SSH_USERNAME,
            CompanyParameters.NAME,
            CompanyParameters.ID,
            CompanyParameters.LOGO,
            CompanyParameters.CONTACT,
            CompanyParameters.TECHNICAL,
            CompanyParameters.EMAIL)
        .answers(CompanyData.PROFILE)
        .extension());
    this.tickets = tickets;
    this.change = change;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var access = TicketParameters.access(call);
    if (access.key().isEmpty()) {
      throw KEY.refused("is missing; a profile is set as a whole.");
    }
    if (access.from().isEmpty()) {
      throw FROM.refused("is missing; a profile is set as a whole.");
    }
    var profile = new VendorProfile(access, CompanyParameters.company(call));
    var user = call.caller().user().name();
    return change
        .commit(
            call,
            user,
            "vendor profile " + CompanyData.describe(profile),
            in -> tickets.putProfile(in, user, profile))
        .replaceWith(() -> Answer.of(CompanyData.of(profile)));
  }
}
