package dev.latchkey.hulk;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.delivery.VerbOrder;
import dev.latchkey.delivery.Verbs;
import dev.latchkey.delivery.Verbs.Verb;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.StatedHulk;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How a verb that changes cPHulk reaches its servers: a generation with its audit entry, and then one order. */
@Singleton
final class HulkVerbs {
  /** WHM's words, which clients may know. */
  private static final String DISABLED = "cPHulk is disabled on the server";

  private final Verbs verbs;
  private final Clock clock;

  @Inject
  HulkVerbs(Verbs verbs, Clock clock) {
    this.verbs = verbs;
    this.clock = clock;
  }

  /** What the server has done and stated. */
  record Done(StatedHulk stated, Delivered delivered) {
    ServerName server() {
      return delivered.state().server().name();
    }

    Optional<Data> remarks() {
      return Optional.of(Remarks.of(server(), delivered.outcome().statement()))
          .filter(all -> !all.isEmpty())
          .map(all -> Remarks.data(all.stream()));
    }

    /** @throws WhmFailure when it is not stated */
    long counted(Optional<Long> stated) {
      return stated.orElseThrow(() -> unstated(server()));
    }

    /**
     * The answer, which is a failure where it was not done for all addresses.
     *
     * @param done those for which the server states it; of others than were asked for nothing is told
     */
    Answer answer(List<HulkAddress> asked, List<String> done, Function<Data.Hash, Data.Hash> data) {
      var failed = Data.hash();
      for (var ip : asked) {
        if (!done.contains(ip.text())) {
          failed = failed.with(ip.text(), why(ip));
        }
      }
      var told = data.apply(Data.hash().with(HulkCall.FAILED.name(), failed));
      return failed.entries().isEmpty()
          ? Answer.of(told)
          : Answer.failed(
              "It is not done for %d of %d addresses on %s: %s; data.ips_failed says why."
                  .formatted(
                      failed.entries().size(),
                      asked.size(),
                      server(),
                      String.join(", ", failed.entries().keySet())),
              told);
    }

    private String why(HulkAddress ip) {
      return Optional.ofNullable(stated.failed().get(ip.text()))
          .orElseGet(
              () -> server() + " does not say what it did; read_cphulk_records shows the list");
    }
  }

  /**
   * Has the servers of a call carry out a verb.
   *
   * @param more the fields of the verb
   * @param sentence what the audit entry says, before the names of servers
   */
  Uni<Answer> answer(
      Call call, String verb, Data.Hash more, String sentence, Function<Done, Answer> answer) {
    var end = VerbOrder.notAfter(clock.instant());
    return verbs.answer(call, new Verb() {
      @Override
      public Data.Hash action(ServerState on) {
        return VerbOrder.action(verb, end).with(more);
      }

      @Override
      public String sentence(String on) {
        return sentence + " on " + on;
      }

      @Override
      public Answer answer(Delivered delivered) {
        return answer.apply(new Done(stated(delivered, end), delivered));
      }
    });
  }

  /** @throws WhmFailure when it was not done, or nobody knows */
  static StatedHulk stated(Delivered delivered, Instant notAfter) {
    var done = VerbOrder.done(delivered, notAfter, HulkVerbs::refusal);
    return done.hulk().orElseThrow(() -> unstated(delivered.state().server().name()));
  }

  static WhmFailure unstated(ServerName server) {
    return WhmFailure.refused(server + " states that it is done, and not what; look there.");
  }

  private static String refusal(Action refused) {
    var problem = VerbOrder.problem(refused);
    if (problem.equals(DISABLED)) {
      throw WhmFailure.verbatim(DISABLED + ".");
    }
    return problem;
  }
}
