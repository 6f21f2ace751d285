package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.CHANGE_TICKETS;
import static dev.latchkey.api.Permission.RUN_COMMAND;
import static dev.latchkey.ticket.TicketParameters.SERVER_NUM;
import static dev.latchkey.ticket.TicketParameters.SSH_USERNAME;
import static dev.latchkey.ticket.TicketParameters.TICKET_ID;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.GrantEnding;
import dev.latchkey.delivery.Order;
import dev.latchkey.server.GivenTable;
import dev.latchkey.server.Giver;
import dev.latchkey.server.Grant;
import dev.latchkey.server.GrantAccount;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.settings.Settings;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.ticket.Portal.Case;
import dev.latchkey.ticket.Ticket.Place;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * WHM API 1, ticket_grant. The vendor of a ticket may log in to a server of it, for a day by default; asked
 * again, the time begins anew. What the server says it cannot do is taken back and refused; what it does not say in time
 * stands, and is done as soon as the server can be reached.
 */
@Singleton
@Path(TicketGrant.NAME)
public final class TicketGrant extends WhmFunction {
  static final String NAME = "ticket_grant";

  private static final long USUAL_SECONDS = Duration.ofDays(1).toSeconds();

  private static final Parameter<SecureId> SECURE_ID = Parameter.required(
      "secure_id",
      ParameterType.text(SecureId::of).secret(),
      "The ticket's secret, as ticket_create_stub_ticket showed it.");

  private static final Parameter<Optional<Long>> TTL = Parameter.optional(
      "api.ttl",
      ParameterType.integer(ServerParameters.LEAST_TTL, ServerParameters.MOST_TTL),
      "How many seconds the access lasts (an extension), from " + ServerParameters.LEAST_TTL
          + " to " + ServerParameters.MOST_TTL
          + ", and no longer than the token of this call; by default a day, or as long as that token.");

  private static final Parameter<Optional<Boolean>> ACCOUNT = Parameter.optional(
      "api.account",
      ParameterType.text(GrantAccount::parse).choosing("own", "shared"),
      "“own” for an account that is made for this grant and deleted with it, lk-TICKET; “shared” for one that the server has (an extension); by default as the vendor profile has it.");

  private static final Parameter<Optional<Boolean>> SUDO = Parameter.optional(
      "api.sudo",
      ParameterType.FLAG,
      "1 if an account of the grant's own becomes root by sudo, 0 if not (an extension); by default as the vendor profile has it.");

  private final Portal portal;
  private final TicketServers ticketServers;
  private final TicketTable tickets;
  private final ServerTable servers;
  private final GivenTable given;
  private final GrantEnding ending;
  private final Change change;
  private final Convergence convergence;
  private final Clock clock;
  private final int most;

  @Inject
  TicketGrant(
      Portal portal,
      TicketServers ticketServers,
      TicketTable tickets,
      ServerTable servers,
      GivenTable given,
      GrantEnding ending,
      Change change,
      Convergence convergence,
      Clock clock,
      Settings settings) {
    super(Declaration.of(NAME, "Lets the vendor of a ticket log in to a server of it.")
        .numbered(22)
        .asTool()
        .requires(Privilege.SUPPORT_ACCESS)
        .changes()
        .needs(CHANGE_TICKETS, CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            TICKET_ID,
            SERVER_NUM,
            SECURE_ID,
            SSH_USERNAME,
            TTL,
            ACCOUNT,
            SUDO,
            ServerParameters.SERVER,
            ServerParameters.WAIT)
        .answers(GrantVerdict.GRANTED)
        .aboutServer());
    this.portal = portal;
    this.ticketServers = ticketServers;
    this.tickets = tickets;
    this.servers = servers;
    this.given = given;
    this.ending = ending;
    this.change = change;
    this.convergence = convergence;
    this.clock = clock;
    this.most = settings.limits().grants();
  }

  /**
   * What was asked for, as part of the wanted state of the server.
   *
   * @param isShortened whether it ends with the token that gives it, and not after a day
   * @param isFirst whether the account had no grant of the ticket before, wanted or not proven gone, that left something
   */
  private record Wanted(Grant grant, ServerState state, boolean isShortened, boolean isFirst) {}

  @Override
  public Uni<Answer> answer(Call call) {
    return Change.retrying(() -> portal.open(call).chain(found -> {
          refuse(call, found);
          return ticketServers
              .numbered(call, found.ticket(), SERVER_NUM.from(call))
              .chain(state -> want(call, found, state));
        }))
        .chain(wanted -> deliver(call, wanted, grant -> grant.isOf(wanted.grant())));
  }

  /** What the first call granted goes to the server again, as it stands; what has ended since is not granted anew. */
  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    return portal
        .ticket(call)
        .chain(ticket -> ticketServers.numbered(call, ticket, SERVER_NUM.from(call)))
        .chain(state -> deliver(call, standing(call, state, first), grant -> false));
  }

  private static Wanted standing(Call call, ServerState state, Stamp first) {
    var at = first.at().truncatedTo(ChronoUnit.SECONDS);
    var by = Optional.of(call.caller().credential().id());
    return state.grantsOf(TICKET_ID.from(call)).stream()
        .filter(grant -> grant.isWanted() && grant.grantedAt().equals(at))
        .filter(grant -> grant.by().map(Giver::token).equals(by))
        .findFirst()
        .map(grant -> new Wanted(
            grant,
            state,
            TTL.from(call).isEmpty() && grant.expiresAt().isBefore(at.plusSeconds(USUAL_SECONDS)),
            false))
        .orElseThrow(() -> first.over("The access has ended, is held or was granted anew since;"
            + " ticket_list and ticket_receipt show it."));
  }

  private Uni<Answer> deliver(Call call, Wanted wanted, Predicate<Grant> made) {
    return convergence
        .deliver(
            wanted.state(), call.request(), ServerParameters.patience(call, clock.instant()), made)
        .chain(delivered -> answer(call, wanted, delivered));
  }

  private static void refuse(Call call, Case found) {
    var ticket = found.ticket();
    if (!SECURE_ID.from(call).hasDigest(ticket.secureIdDigest())) {
      throw SECURE_ID.refused("is not that of ticket " + ticket.id() + ".");
    }
    TicketParameters.refuseClosed(ticket);
    if (!found.access().isWhole()) {
      throw TICKET_ID.refused(
          "ticket " + ticket.id() + " has no " + found.access().missing()
              + "; ticket_key_set gives it some, or vendor_profile_set its owner.");
    }
    found.access().key().flatMap(PublicKey::problem).ifPresent(why -> {
      throw TICKET_ID.refused("the key of ticket " + ticket.id() + " " + why
          + " ticket_key_set gives it another, or vendor_profile_set its owner.");
    });
  }

  private Uni<Wanted> want(Call call, Case found, ServerState before) {
    var ticket = found.ticket();
    var name = before.server().name();
    var grant = requested(call, found.access());
    ServerParameters.refuseRevoked(before, grant.key().fingerprint(), TICKET_ID);
    var after = before.with(grant, call.at());
    if (after.holdsMoreThan(most)) {
      throw SERVER_NUM.refused(
          "“" + name + "” has " + before.grants().size()
              + " grants, those counted that are not proven gone, which is the most; revoke one first.");
    }
    if (!Order.converge(call.request(), after).fits()) {
      throw SERVER_NUM.refused(
          "“" + name + "” has as many grants as an order can carry; revoke one first.");
    }
    var granted = ticket.granted(
        new Place(grant.number(), grant.user()),
        new Given.Last(grant.grantedAt(), after.server().generation()),
        before.server().owner());
    granted.fullness().ifPresent(where -> {
      throw TICKET_ID.refused("ticket " + ticket.id() + " was granted " + where
          + " already, which is the most; open a new one.");
    });
    var what = "granted ticket %d on %s as %s until %s, key %s"
        .formatted(
            ticket.id(), name, grant.user(), grant.expiresAt(), grant.key().fingerprint());
    return change
        .commit(call, before.server().owner(), what, in -> {
          servers.write(in, before, after);
          tickets.granted(in, ticket, granted);
          given.note(in, name, grant);
        })
        .replaceWith(() -> new Wanted(
            after.find(grant.ticket(), grant.user()).orElseThrow(),
            after,
            TTL.from(call).isEmpty() && isBeforeTheUsualEnd(call, grant),
            before.find(grant.ticket(), grant.user()).isEmpty()));
  }

  private static Grant requested(Call call, VendorAccess access) {
    var account = account(call, access);
    return Grant.wished(
            TICKET_ID.from(call),
            SERVER_NUM.from(call),
            user(call, access, account),
            account,
            access.key().orElseThrow(),
            access.from().orElseThrow(),
            call.at(),
            until(call))
        .givenBy(Giver.of(call.caller()));
  }

  /**
   * When the access ends: never after the token that gives it. The transaction holds that the token is still what was
   * admitted, so that its end is the one that is read here.
   */
  private static Instant until(Call call) {
    var end = call.caller().scope().expiresAt().map(at -> at.truncatedTo(ChronoUnit.SECONDS));
    var asked = TTL.from(call).map(seconds -> call.at().plusSeconds(seconds));
    if (end.isEmpty() || !asked.orElse(usualEnd(call)).isAfter(end.get())) {
      return asked.orElse(usualEnd(call));
    }
    var left = Duration.between(call.at(), end.get()).toSeconds();
    if (left < ServerParameters.LEAST_TTL) {
      throw TTL.refused("the token of this call expires in " + left
          + " seconds, and access lasts " + ServerParameters.LEAST_TTL
          + " at least; use another token.");
    }
    if (asked.isPresent()) {
      throw TTL.refused("access may not last longer than the token of this call, which expires in "
          + left + " seconds; give that many at most, or leave it out.");
    }
    return end.get();
  }

  private static boolean isBeforeTheUsualEnd(Call call, Grant grant) {
    return grant.expiresAt().isBefore(usualEnd(call).truncatedTo(ChronoUnit.SECONDS));
  }

  private static Instant usualEnd(Call call) {
    return call.at().plusSeconds(USUAL_SECONDS);
  }

  private static GrantAccount account(Call call, VendorAccess access) {
    var account = GrantAccount.of(
        ACCOUNT.from(call).orElseGet(() -> access.account().isPresent()),
        SUDO.from(call)
            .orElseGet(() -> access.account().filter(GrantAccount::hasSudo).isPresent()));
    if (!account.isOwn() && SUDO.from(call).orElse(false)) {
      throw SUDO.refused(
          "is for api.account=own alone: a shared account has the rights that its server gives it.");
    }
    return account;
  }

  private static SshUser user(Call call, VendorAccess access, GrantAccount account) {
    var asked = SSH_USERNAME.from(call);
    if (!account.isOwn()) {
      var user = asked.or(access::user).orElse(SshUser.ROOT);
      if (GrantAccount.isKept(user)) {
        throw SSH_USERNAME.refused(
            "is “" + user
                + "”: accounts of such names are made by grants; api.account=own makes that of the ticket.");
      }
      return user;
    }
    var own = GrantAccount.nameFor(TICKET_ID.from(call));
    if (asked.filter(user -> !user.equals(own)).isPresent()) {
      throw SSH_USERNAME.refused(
          "is “" + asked.get() + "”, but an account of the grant's own is called " + own
              + "; leave it out, or say api.account=shared.");
    }
    return own;
  }

  private Uni<Answer> answer(Call call, Wanted wanted, Delivered delivered) {
    var name = delivered.state().server().name();
    var grant = wanted.grant();
    var neverPlaced = wanted.isFirst() && GrantVerdict.isNeverPlaced(grant, delivered);
    return GrantVerdict.whyImpossible(grant, delivered)
        .map(why -> ending.takeBack(call, grant, name, neverPlaced).<Answer>map(ended -> {
          throw WhmFailure.refused(why + "; " + ended);
        }))
        .orElseGet(() -> Uni.createFrom()
            .item(
                GrantVerdict.granted(grant, wanted.isShortened(), delivered).about(name.value())));
  }
}
