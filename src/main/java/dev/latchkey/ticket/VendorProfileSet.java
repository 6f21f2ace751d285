package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_PROFILE;
import static dev.latchkey.ticket.TicketParameters.FROM;
import static dev.latchkey.ticket.TicketParameters.KEY;
import static dev.latchkey.ticket.TicketParameters.SSH_USERNAME;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.server.GrantAccount;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Optional;

/** Sets the key, source ranges and login user of your vendor, for tickets that bring none of their own (an extension). */
@Singleton
@Path(VendorProfileSet.NAME)
public final class VendorProfileSet extends WhmFunction {
  static final String NAME = "vendor_profile_set";

  private static final Parameter<Optional<Boolean>> ACCOUNT = Parameter.optional(
      "account",
      ParameterType.text(GrantAccount::parse).choosing("own", "shared"),
      "“own” for an account that is made for each grant and deleted with it, lk-TICKET; “shared”, as by default, for one that the server has.");

  private static final Parameter<Boolean> SUDO = Parameter.defaulting(
      "sudo",
      ParameterType.FLAG,
      false,
      "1 if an account of a grant's own becomes root by sudo; 0 by default.");

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
            ACCOUNT,
            SUDO,
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

  private static Optional<GrantAccount> account(Call call) {
    var account = GrantAccount.of(ACCOUNT.from(call).orElse(false), SUDO.from(call));
    if (!account.isOwn() && SUDO.from(call)) {
      throw SUDO.refused(
          "is for account=own alone: a shared account has the rights that its server gives it.");
    }
    if (account.isOwn() && SSH_USERNAME.from(call).isPresent()) {
      throw SSH_USERNAME.refused(
          "cannot be combined with account=own: that account is called lk-TICKET.");
    }
    return Optional.of(account).filter(GrantAccount::isOwn);
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var profile = asked(call);
    var user = call.caller().user().name();
    return change
        .commit(
            call,
            user,
            "vendor profile " + CompanyData.describe(profile),
            in -> tickets.putProfile(in, user, profile))
        .replaceWith(() -> Answer.of(CompanyData.of(profile)));
  }

  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    return tickets
        .findProfile(call.caller().user().name())
        .map(found -> found
            .filter(asked(call)::equals)
            .map(profile -> Answer.of(CompanyData.of(profile)))
            .orElseThrow(
                () -> first.over("The profile was set again since; vendor_profile_get shows it.")));
  }

  private static VendorProfile asked(Call call) {
    var access = TicketParameters.access(call).with(account(call));
    if (access.key().isEmpty()) {
      throw KEY.refused("is missing; a profile is set as a whole.");
    }
    if (access.from().isEmpty()) {
      throw FROM.refused("is missing; a profile is set as a whole.");
    }
    return new VendorProfile(access, CompanyParameters.company(call));
  }
}
