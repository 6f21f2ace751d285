package dev.latchkey.fleet;

import static dev.latchkey.api.Permission.CHANGE_SERVERS;

import dev.latchkey.access.Privilege;
import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFunction;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.data.Data;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Holds the grants of the whole fleet after its table was restored, and begins a new epoch of every server (an extension).
 * What may have been revoked in the time that the table has lost is on no server after its next order, until somebody lets
 * it. A page of servers a call; the orders are the reconciler's.
 */
@Singleton
@Path(FleetHold.NAME)
public final class FleetHold extends WhmFunction {
  static final String NAME = "fleet_hold";

  /** A transaction each, one after the other, within the time of a call. */
  private static final int PAGE = 25;

  private static final Parameter<Optional<Instant>> BEFORE = Parameter.optional(
      "before",
      new ParameterType<>("integer", FleetHold::time),
      "Grants made at this time or before are held, in seconds since 1970; now by default.");

  private static final Parameter<Optional<String>> CURSOR = Parameter.optional(
      "cursor",
      ParameterType.CURSOR,
      "Where to go on: “next” from the previous answer, together with its “before”.");

  private final ServerTable servers;
  private final Change change;

  @Inject
  FleetHold(ServerTable servers, Change change) {
    super(Declaration.of(
            NAME, "Holds all grants after the table was restored, a page of servers each call.")
        .numbered(10)
        .requires(Privilege.ALL)
        .closes()
        .needs(CHANGE_SERVERS)
        .takes(BEFORE, CURSOR)
        .answers(
            Field.time("before", "Grants made at this time or before are held."),
            Field.list(
                    "servers",
                    "The servers of this page.",
                    Field.text("name", "The server's name."),
                    Field.number("epoch", "Its new epoch."),
                    Field.number("held", "How many of its grants are held."))
                .atMost(PAGE),
            Field.text("next", "The cursor of the next page; left out on the last.")
                .optional())
        .extension());
    this.servers = servers;
    this.change = change;
  }

  private static Instant time(String text) {
    return Instant.ofEpochSecond(
        ParameterType.integer(1, Instant.parse("9999-12-31T23:59:59Z").getEpochSecond())
            .parser()
            .apply(text));
  }

  @Override
  public Uni<Answer> answer(Call call) {
    var before = BEFORE.from(call).orElse(call.begun());
    if (before.isAfter(call.at())) {
      throw BEFORE.refused("is in the future; it must be " + call.at().getEpochSecond()
          + ", which is now, or before.");
    }
    return servers
        .page(CURSOR.from(call), PAGE)
        .chain(page -> Multi.createFrom()
            .iterable(page.names())
            .onItem()
            .transformToUniAndConcatenate(name -> hold(call, name, before))
            .collect()
            .asList()
            .map(held -> answer(before, held, page.next())));
  }

  /** Nothing where the server was removed meanwhile. */
  private Uni<ServerState> hold(Call call, ServerName name, Instant before) {
    return Change.retrying(() -> servers
        .find(name)
        .chain(found -> found
            .map(known -> hold(call, known, before))
            .orElseGet(() -> Uni.createFrom().nullItem())));
  }

  private Uni<ServerState> hold(Call call, ServerState known, Instant before) {
    if (call.isDone(known.server().name().value())) {
      return Uni.createFrom().item(known);
    }
    var after = known.inNewEpoch(0, grant -> !grant.grantedAt().isAfter(before), call.at());
    var what = "held the grants of %s made until %s: %d are held; epoch %d"
        .formatted(
            known.server().name(),
            Instant.ofEpochSecond(before.getEpochSecond()),
            after.held().size(),
            after.server().epoch());
    return change
        .commit(
            Author.of(call).about(known.server().name().value()),
            known.server().owner(),
            what,
            in -> servers.write(in, known, after))
        .replaceWith(after);
  }

  private static Answer answer(Instant before, List<ServerState> held, Optional<String> next) {
    var list = held.stream()
        .<Data>map(state -> Data.hash()
            .with("name", state.server().name().value())
            .with("epoch", state.server().epoch())
            .with("held", state.held().size()))
        .toList();
    return Answer.of(Data.hash()
        .with("before", before.getEpochSecond())
        .with("servers", new Data.Sequence(list))
        .with("next", next.map(Data::text)));
  }
}
