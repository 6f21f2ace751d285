package dev.latchkey.delivery;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Call;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks whose answers come in pages. Of many servers one command brings the first page of each. */
@Singleton
public class PagedLooks {
  private static final int MOST_PAGES = 20;

  private final FanOut fanOut;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  PagedLooks(FanOut fanOut, Convergence convergence, Clock clock) {
    this.fanOut = fanOut;
    this.convergence = convergence;
    this.clock = clock;
  }

  /** What the pages of one server have shown so far. */
  public interface Shown {
    /**
     * Takes one more page.
     *
     * @return the cursor of the next one; empty after the last
     */
    Optional<String> add(Delivered page, Instant notAfter);

    Answer answer();
  }

  /**
   * What is asked for.
   *
   * @param verb of the agent, which takes a cursor
   * @param more its fields
   * @param things that it lists
   * @param shown begins a list, of one server each
   */
  public record Look(String verb, Data.Hash more, String things, Supplier<Shown> shown) {
    Order page(Call call, ServerState of, int number, String cursor, Instant notAfter) {
      return Order.observe(call.request() + "." + number, of.server())
          .with(VerbOrder.action(verb, notAfter).with(more).with("cursor", cursor));
    }
  }

  /** Looks at the server of the call, or at all of its servers. */
  public Uni<Answer> answer(Call call, Look look) {
    return fanOut.answer(
        call, state -> about(state, page(call, look, state, 1, "", look.shown().get())), states -> {
          var end = VerbOrder.notAfter(clock.instant());
          return convergence
              .begin(states, state -> look.page(call, state, 1, "", end))
              .map(all -> all.stream()
                  .map(begun -> about(
                      begun.state(),
                      convergence
                          .await(begun, ServerParameters.patience(call, clock.instant()))
                          .chain(convergence::record)
                          .chain(page ->
                              after(call, look, page, 1, end, look.shown().get()))))
                  .toList());
        });
  }

  private static Uni<Answer> about(ServerState of, Uni<Shown> shown) {
    return shown.map(all -> all.answer().about(of.server().name().value()));
  }

  private Uni<Shown> page(
      Call call, Look look, ServerState state, int number, String cursor, Shown before) {
    if (number > MOST_PAGES) {
      throw WhmFailure.refused(state.server().name() + " lists more than " + MOST_PAGES
          + " pages of " + look.things() + "; look there.");
    }
    var end = VerbOrder.notAfter(clock.instant());
    return convergence
        .send(
            state,
            look.page(call, state, number, cursor, end),
            ServerParameters.patience(call, clock.instant()))
        .chain(page -> after(call, look, page, number, end, before));
  }

  /** This page, and those that follow. */
  private Uni<Shown> after(
      Call call, Look look, Delivered page, int number, Instant notAfter, Shown before) {
    return before
        .add(page, notAfter)
        .map(next -> page(call, look, page.state(), number + 1, next, before))
        .orElseGet(() -> Uni.createFrom().item(before));
  }
}
