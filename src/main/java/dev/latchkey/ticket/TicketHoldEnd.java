package dev.latchkey.ticket;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;
import static dev.latchkey.api.Permission.CHANGE_TICKETS;
import static dev.latchkey.api.Permission.RUN_COMMAND;
import static dev.latchkey.ticket.TicketParameters.SERVER_NUM;
import static dev.latchkey.ticket.TicketParameters.TICKET_ID;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.Stamp;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Change;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.GrantEnding;
import dev.latchkey.server.Grant;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.ssh.SshUser;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Ends the hold of a grant (an extension): lets it, so that it is wanted again as if it had been asked for now, until the
 * time that it had; or ends it, as ticket_revoke does.
 */
@Singleton
@Path(TicketHoldEnd.NAME)
public final class TicketHoldEnd extends WhmFunction {
  static final String NAME = "ticket_hold_end";

  private static final Parameter<SshUser> SSH_USERNAME = Parameter.required(
      "ssh_username", ServerParameters.SSH_USER, "The account that the grant is for.");

  private static final Parameter<Boolean> LET = Parameter.required(
      "let",
      ParameterType.FLAG,
      "1 lets the vendor in again until the grant's time is over; 0 ends the grant and proves it.");

  private final Portal portal;
  private final TicketServers ticketServers;
  private final ServerTable servers;
  private final GrantEnding ending;
  private final Change change;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  TicketHoldEnd(
      Portal portal,
      TicketServers ticketServers,
      ServerTable servers,
      GrantEnding ending,
      Change change,
      Convergence convergence,
      Clock clock) {
    super(Declaration.of(NAME, "Lets or ends a grant that is held, as after a restore.")
        .numbered(23)
        .requires(Privilege.SUPPORT_ACCESS)
        .changes()
        .needs(CHANGE_TICKETS, CHANGE_SERVERS, RUN_COMMAND)
        .takes(
            TICKET_ID,
            SERVER_NUM,
            SSH_USERNAME,
            LET,
            ServerParameters.SERVER,
            ServerParameters.WAIT)
        .answers(either(GrantVerdict.GRANTED, EndVerdict.ENDED))
        .aboutServer()
        .extension());
    this.portal = portal;
    this.ticketServers = ticketServers;
    this.servers = servers;
    this.ending = ending;
    this.change = change;
    this.convergence = convergence;
    this.clock = clock;
  }

  /** What both have, and what one of them has as something that may be left out. */
  private static List<Field> either(List<Field> one, List<Field> other) {
    var names = other.stream().map(Field::name).toList();
    var own = one.stream().map(Field::name).toList();
    return Stream.concat(
            one.stream().map(field -> names.contains(field.name()) ? field : field.optional()),
            other.stream().filter(field -> !own.contains(field.name())).map(Field::optional))
        .toList();
  }

  /** A grant, and the wanted state of its server after the call. */
  private record Decided(Grant grant, ServerState state) {}

  @Override
  public Uni<Answer> answer(Call call) {
    return Change.retrying(() -> portal
            .ticket(call)
            .chain(ticket -> ticketServers
                .numbered(call, ticket, SERVER_NUM.from(call))
                .chain(state -> decide(call, ticket, state))))
        .chain(decided -> deliver(call, decided, grant -> grant.isOf(decided.grant())));
  }

  @Override
  public Uni<Answer> repeated(Call call, Stamp first) {
    return portal
        .ticket(call)
        .chain(ticket -> ticketServers.numbered(call, ticket, SERVER_NUM.from(call)))
        .chain(state -> state
            .find(TICKET_ID.from(call), SSH_USERNAME.from(call))
            .map(grant -> deliver(call, standing(call, first, grant, state), none -> false))
            .orElseGet(() -> gone(call, first, state)));
  }

  private static Decided standing(Call call, Stamp first, Grant grant, ServerState on) {
    if (LET.from(call) ? !grant.isWanted() : !grant.isEnding()) {
      throw first.over("The grant has ended, is held again or was granted anew since;"
          + " ticket_list and ticket_receipt show it.");
    }
    return new Decided(grant, on);
  }

  private Uni<Answer> gone(Call call, Stamp first, ServerState on) {
    if (LET.from(call)) {
      throw first.over("The access has ended since; ticket_receipt shows it.");
    }
    return ending
        .deliver(call, on, List.of())
        .map(delivered -> EndVerdict.nothingToRevoke(
                TICKET_ID.from(call),
                SERVER_NUM.from(call),
                SSH_USERNAME.from(call),
                true,
                delivered)
            .about(on.server().name().value()));
  }

  private Uni<Answer> deliver(Call call, Decided decided, Predicate<Grant> made) {
    return convergence
        .deliver(
            decided.state(), call.request(), ServerParameters.patience(call, clock.instant()), made)
        .chain(delivered -> LET.from(call)
            ? granted(call, decided.grant(), delivered)
            : Uni.createFrom().item(ended(decided.grant(), delivered)))
        .map(answer -> answer.about(decided.state().server().name().value()));
  }

  private Uni<Decided> decide(Call call, Ticket ticket, ServerState before) {
    var user = SSH_USERNAME.from(call);
    var grant = before
        .find(ticket.id(), user)
        .orElseThrow(() -> refused(ticket, before, user, "has no grant"));
    if (!LET.from(call)) {
      if (grant.isWanted()) {
        throw refused(ticket, before, user, "is not held; ticket_revoke ends it");
      }
      return ending.want(call, before, grant, List.of()).map(after -> new Decided(grant, after));
    }
    if (!grant.isHeld()) {
      throw refused(
          ticket,
          before,
          user,
          grant.isEnding() ? "is being taken away; ticket_grant makes a new one" : "is not held");
    }
    TicketParameters.refuseClosed(ticket);
    ServerParameters.refuseRevoked(before, grant.key().fingerprint(), TICKET_ID);
    if (grant.expiredAt(call.at())) {
      throw refused(ticket, before, user, "is over by its time; ticket_grant makes a new one");
    }
    var after = before.letting(grant, call.at());
    var what = "let ticket %d on %s as %s until %s, key %s"
        .formatted(
            ticket.id(),
            before.server().name(),
            user,
            grant.expiresAt(),
            grant.key().fingerprint());
    return change
        .commit(call, before.server().owner(), what, in -> servers.write(in, before, after))
        .replaceWith(() -> new Decided(after.find(ticket.id(), user).orElseThrow(), after));
  }

  private static WhmFailure refused(Ticket ticket, ServerState on, SshUser user, String why) {
    return SSH_USERNAME.refused(
        "ticket " + ticket.id() + " on " + on.server().name() + " as " + user + " " + why + ".");
  }

  private Uni<Answer> granted(Call call, Grant grant, Delivered delivered) {
    return GrantVerdict.whyImpossible(grant, delivered)
        .map(why -> ending
            .takeBack(call, grant, delivered.state().server().name(), false)
            .<Answer>map(ended -> {
              throw WhmFailure.refused(why + "; " + ended);
            }))
        .orElseGet(() -> Uni.createFrom().item(GrantVerdict.granted(grant, false, delivered)));
  }

  private static Answer ended(Grant grant, Delivered delivered) {
    return delivered.state().find(grant.ticket(), grant.user()).isEmpty()
        ? EndVerdict.revoked(grant, delivered)
        : EndVerdict.revoking(grant, delivered);
  }
}
