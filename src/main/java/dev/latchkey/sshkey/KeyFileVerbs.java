package dev.latchkey.sshkey;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.delivery.VerbOrder;
import dev.latchkey.delivery.Verbs;
import dev.latchkey.delivery.Verbs.Verb;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** How a verb for key files reaches its server: a generation with its audit entry, and then one order. */
@Singleton
final class KeyFileVerbs {
  static final Field REMARKS = Field.texts(
          "non_fatals",
          "Remarks of the server (an extension): what was kept under another name, or what is not known; left out if there are none.")
      .atMost(Remarks.MOST)
      .optional();

  private final Verbs verbs;
  private final AuthorizedKeyTable keys;
  private final Clock clock;

  @Inject
  KeyFileVerbs(Verbs verbs, AuthorizedKeyTable keys, Clock clock) {
    this.verbs = verbs;
    this.keys = keys;
    this.clock = clock;
  }

  /** What the server has done and stated. */
  record Done(Action action, Delivered delivered) {
    ServerName server() {
      return delivered.state().server().name();
    }

    Optional<Data> remarks() {
      var name = server();
      var all = Stream.concat(
              action.notes().stream().map(text -> name + " states: " + text),
              Remarks.of(name, delivered.outcome().statement()).stream())
          .toList();
      return Optional.of(all)
          .filter(some -> !some.isEmpty())
          .map(some -> Remarks.data(some.stream()));
    }
  }

  /**
   * Has the servers of a call carry out a verb.
   *
   * @param of the verb with its own fields for a server; it is given without them
   * @param sentence what the audit entry says, by the names of servers
   */
  Uni<Answer> answer(
      Call call,
      String verb,
      BiFunction<Data.Hash, ServerState, Data.Hash> of,
      UnaryOperator<String> sentence,
      Function<Done, Answer> answer) {
    return answer(call, verb, of, sentence, before -> {}, answer);
  }

  /** @param check whether the verb may be carried out on a server; throws where it may not */
  Uni<Answer> answer(
      Call call,
      String verb,
      BiFunction<Data.Hash, ServerState, Data.Hash> of,
      UnaryOperator<String> sentence,
      Consumer<ServerState> check,
      Function<Done, Answer> answer) {
    var end = VerbOrder.notAfter(clock.instant());
    return verbs.answer(call, new Verb() {
      @Override
      public Data.Hash action(ServerState on) {
        return of.apply(VerbOrder.action(verb, end), on);
      }

      @Override
      public String sentence(String on) {
        return sentence.apply(on);
      }

      @Override
      public void order(Transaction in, ServerState before) {
        check.accept(before);
      }

      /** A line that was taken out is taken out, whatever became of the rest. */
      @Override
      public void record(Transaction in, ServerState on, Observation stated) {
        var gone = stated.action().map(Action::gone).orElseGet(List::of);
        if (!gone.isEmpty()) {
          keys.forget(in, on.server().name(), gone);
        }
      }

      @Override
      public Answer answer(Delivered delivered) {
        return answer.apply(new Done(KeyOrder.done(delivered, end), delivered));
      }
    });
  }
}
