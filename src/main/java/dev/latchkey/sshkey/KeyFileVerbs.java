package dev.latchkey.sshkey;

import dev.latchkey.api.Call;
import dev.latchkey.api.Field;
import dev.latchkey.change.Change;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Order;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** How a verb for key files reaches its server: a generation with its audit entry, and then one order. */
@Singleton
final class KeyFileVerbs {
  static final Field REMARKS = Field.texts(
          "non_fatals",
          "Remarks of the server (an extension): what was kept under another name, or what is not known; left out if there are none.")
      .atMost(Remarks.MOST)
      .optional();

  private final ServerChoice choice;
  private final ServerTable servers;
  private final Change change;
  private final Convergence convergence;
  private final AuthorizedKeyTable keys;
  private final Clock clock;

  @Inject
  KeyFileVerbs(
      ServerChoice choice,
      ServerTable servers,
      Change change,
      Convergence convergence,
      AuthorizedKeyTable keys,
      Clock clock) {
    this.choice = choice;
    this.servers = servers;
    this.change = change;
    this.convergence = convergence;
    this.keys = keys;
    this.clock = clock;
  }

  /** The state with the generation of this order, of the server that the call means. */
  Uni<ServerState> ordered(Call call, Function<ServerName, String> sentence) {
    return Change.retrying(
        () -> choice.choose(call).chain(before -> ordered(call, before, sentence)));
  }

  private Uni<ServerState> ordered(
      Call call, ServerState before, Function<ServerName, String> sentence) {
    var after = before.again(call.at());
    var server = before.server();
    return change
        .commit(
            call,
            server.owner(),
            sentence.apply(server.name()),
            in -> servers.write(in, before, after))
        .replaceWith(after);
  }

  /** What the server has done and stated. */
  record Done(Action action, Delivered delivered) {
    Optional<Data> remarks() {
      var name = delivered.state().server().name();
      var all = Stream.concat(
              action.notes().stream().map(text -> name + " states: " + text),
              Remarks.of(name, delivered.outcome().statement()).stream())
          .toList();
      return Optional.of(all)
          .filter(some -> !some.isEmpty())
          .map(some -> Remarks.data(some.stream()));
    }
  }

  /** @param verb with its own fields, and without {@code not_after} */
  Uni<Done> carryOut(Call call, ServerState state, String verb, Function<Data.Hash, Data.Hash> of) {
    var now = clock.instant();
    var end = KeyOrder.notAfter(now);
    var order = Order.converge(call.request(), state).with(of.apply(KeyOrder.action(verb, end)));
    return convergence
        .send(
            state,
            order,
            ServerParameters.patience(call, now),
            (in, stated) -> forget(in, state.server().name(), stated))
        .map(delivered -> new Done(KeyOrder.done(delivered, end), delivered));
  }

  /** A line that was taken out is taken out, whatever became of the rest. */
  private void forget(Transaction in, ServerName server, Observation stated) {
    var gone = stated.action().map(Action::gone).orElseGet(List::of);
    if (!gone.isEmpty()) {
      keys.forget(in, server, gone);
    }
  }
}
