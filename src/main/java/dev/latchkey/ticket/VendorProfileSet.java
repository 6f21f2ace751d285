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
    super(Declaration.of(NAME, "Sets how your vendor logs in where a ticket does not say it.")
        .numbered(35)
        .requires(Privilege.SUPPORT_ACCESS)
        .changes()
        .needs(CHANGE_PROFILE)
        .takes(KEY, FROM, SSH_USERNAME)
        .answers(TicketData.ACCESS)
        .extension());
    this.tickets = tickets;
    this.change = change;
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var profile = TicketParameters.access(call);
    if (profile.key().isEmpty()) {
      throw KEY.refused("is missing; a profile is set as a whole.");
    }
    if (profile.from().isEmpty()) {
      throw FROM.refused("is missing; a profile is set as a whole.");
    }
    var user = call.caller().user().name();
    return change
        .commit(
            call,
            user,
            "vendor profile " + TicketData.describe(profile),
            in -> tickets.putProfile(in, user, profile))
        .replaceWith(() -> Answer.of(TicketData.of(profile)));
  }
}
