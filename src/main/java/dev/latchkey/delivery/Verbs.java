package dev.latchkey.delivery;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Stamp;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Begun;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ServerChoice;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Transaction;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Has servers carry out a verb, at most once and before a certain moment. One server gets it with its whole order. Of many, the
 * next generations are committed some at a time, and one command takes the verb to all that are as they are wanted, without
 * the wanted state of each; any other gets an order of its own.
 */
@Singleton
public class Verbs {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");

  /** Of one server in a transaction: so 20 go together. */
  private static final int ITEMS = 4;

  private final FanOut fanOut;
  private final ServerChoice choice;
  private final ServerTable servers;
  private final Change change;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  Verbs(
      FanOut fanOut,
      ServerChoice choice,
      ServerTable servers,
      Change change,
      Convergence convergence,
      Clock clock) {
    this.fanOut = fanOut;
    this.choice = choice;
    this.servers = servers;
    this.change = change;
    this.convergence = convergence;
    this.clock = clock;
  }

  /** What a call has done on each of its servers. */
  public interface Verb {
    /** What the server is to do: a server of whom it is another thing than of most gets an order of its own. */
    Data.Hash action(ServerState on);

    /** What the audit entry says of it on these servers, which are named with commas between them. */
    String sentence(String on);

    /** Runs the commit for one server, and again where that can help. */
    default Uni<ServerState> committing(ServerState before, Supplier<Uni<ServerState>> commit) {
      return commit.get();
    }

    /** What else is written, or must hold, with the next generation of a server; one item at most. */
    default void order(Transaction in, ServerState before) {}

    /** What else is written with the record of what a server states. */
    default void record(Transaction in, ServerState on, Observation stated) {}

    Answer answer(Delivered delivered);
  }

  /** Has the server of the call, or all of its servers, do it. */
  public Uni<Answer> answer(Call call, Verb verb) {
    return fanOut.answer(
        call,
        state -> call.isDone(Stamp.WHOLE)
            ? again(call, state, verb)
            : alone(call, Author.of(call), state, verb),
        states -> many(call, states, verb));
  }

  private Uni<Answer> alone(Call call, Author author, ServerState first, Verb verb) {
    var name = first.server().name();
    return Change.retrying(
            tries -> (tries == 0 ? Uni.createFrom().item(first) : choice.named(call, name))
                .chain(before -> committed(call, author, before, verb)))
        .chain(state -> convergence.send(
            state,
            Order.converge(call.request(), state).with(verb.action(state)),
            ServerParameters.patience(call, clock.instant()),
            (in, stated) -> verb.record(in, state, stated)))
        .map(delivered -> answer(delivered, verb));
  }

  private Uni<List<Uni<Answer>>> many(Call call, List<ServerState> states, Verb verb) {
    var common = common(states, verb);
    var alike = states.stream()
        .filter(state -> !isDone(call, state))
        .filter(state -> state.isInForce() && verb.action(state).equals(common))
        .toList();
    return Unis.fewAtATime(Parts.of(alike, state -> ITEMS), part -> ordered(call, part, verb))
        .map(parts -> parts.stream().flatMap(List::stream).toList())
        .chain(ordered ->
            convergence.begin(ordered, state -> Order.act(call.request(), state).with(common)))
        .map(begun ->
            begun.stream().collect(toMap(each -> each.state().server().name(), each -> each)))
        .map(begun -> states.stream()
            .map(state -> Optional.ofNullable(begun.get(state.server().name()))
                .map(sent -> ended(call, sent, verb))
                .orElseGet(() -> isDone(call, state)
                    ? again(call, state, verb)
                    : alone(call, Parts.author(call, List.of(state)), state, verb)))
            .toList());
  }

  private static boolean isDone(Call call, ServerState on) {
    return call.isDone(on.server().name().value());
  }

  /**
   * The order of the call whose repeat this is, once more: a server that has carried it out repeats its answer, and no
   * server begins with it when its time is over.
   */
  private Uni<Answer> again(Call call, ServerState state, Verb verb) {
    var first = call.first().orElseThrow();
    var order = Order.converge(first.request(), state)
        .with(VerbOrder.until(VerbOrder.notAfter(first.at()), verb.action(state)));
    return convergence
        .send(
            state,
            order,
            ServerParameters.patience(call, clock.instant()),
            (in, stated) -> verb.record(in, state, stated))
        .map(delivered -> {
          if (VerbOrder.isTooLate(delivered)) {
            throw first.over("“" + state.server().name()
                + "” does not have its answer any more, so that it is not known whether it was done;"
                + " look there, or use another key to do it anew.");
          }
          return answer(delivered, verb);
        });
  }

  private Uni<Answer> ended(Call call, Begun begun, Verb verb) {
    return convergence
        .await(begun, ServerParameters.patience(call, clock.instant()))
        .chain(ended ->
            convergence.record(ended, (in, stated) -> verb.record(in, ended.state(), stated)))
        .map(delivered -> answer(delivered, verb));
  }

  private static Answer answer(Delivered delivered, Verb verb) {
    return verb.answer(delivered).about(delivered.state().server().name().value());
  }

  /** What most of them are to do. */
  private static Data.Hash common(List<ServerState> states, Verb verb) {
    return states.stream().collect(groupingBy(verb::action, counting())).entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElseGet(Data::hash);
  }

  /** @return what is wanted now of those for which it could be committed */
  private Uni<List<ServerState>> ordered(Call call, List<ServerState> part, Verb verb) {
    return commit(call, Parts.author(call, part), part, verb)
        .onFailure()
        .recoverWithUni(failure -> {
          LOG.infof("%s is for each server alone: %s", call.request(), failure.getMessage());
          return Unis.fewAtATime(part, state -> ordered(call, state, verb))
              .map(each -> each.stream().flatMap(Optional::stream).toList());
        });
  }

  /** What is in its way the server's own order finds out. */
  private Uni<Optional<ServerState>> ordered(Call call, ServerState state, Verb verb) {
    return committed(call, Parts.author(call, List.of(state)), state, verb)
        .map(Optional::of)
        .onFailure()
        .recoverWithItem(Optional::empty);
  }

  private Uni<ServerState> committed(Call call, Author author, ServerState before, Verb verb) {
    return verb.committing(
        before, () -> commit(call, author, List.of(before), verb).map(after -> after.get(0)));
  }

  /** A verb is part of an order, so it takes a generation. */
  private Uni<List<ServerState>> commit(
      Call call, Author author, List<ServerState> before, Verb verb) {
    var after = before.stream().map(state -> state.again(call.at())).toList();
    return change
        .commit(author, before.get(0).server().owner(), verb.sentence(Parts.names(before)), in -> {
          for (var i = 0; i < before.size(); i++) {
            servers.write(in, before.get(i), after.get(i));
            verb.order(in, before.get(i));
          }
        })
        .replaceWith(after);
  }
}
