package dev.latchkey.delivery;

import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Begun;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.server.AuthorizedKeyTable;
import dev.latchkey.server.FindingTable;
import dev.latchkey.server.Findings;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.server.ServerState;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Has servers state every key, account and file of sudoers by which somebody may come in, and records it. */
@Singleton
public class AccessLooks {
  /** An agent lists 2,000 findings, some 60 a page. */
  private static final int MOST_PAGES = 60;

  /** By the server's own clock. */
  private static final Duration VALID = Duration.ofMinutes(10);

  private final Convergence convergence;
  private final FindingTable findings;
  private final AuthorizedKeyTable authorized;
  private final Clock clock;

  @Inject
  AccessLooks(
      Convergence convergence, FindingTable findings, AuthorizedKeyTable authorized, Clock clock) {
    this.convergence = convergence;
    this.findings = findings;
    this.authorized = authorized;
    this.clock = clock;
  }

  /**
   * What came of it.
   *
   * @param found how many findings were recorded
   * @param unread what could not be read, a sentence each
   * @param problem why not all that the server has is recorded; empty if it is
   */
  public record Looked(
      ServerState state, int found, List<String> unread, Optional<String> problem) {}

  /**
   * Looks at several servers with one command.
   *
   * @return what comes of each, in their order
   */
  public Uni<List<Uni<Looked>>> look(List<ServerState> states, String request, Duration wait) {
    var deadline = Deadline.in(wait);
    return convergence
        .begin(states, state -> order(state, request, ""))
        .map(all -> all.stream()
            .map(begun -> ended(begun, request, new Progress("", 0, 1), deadline))
            .toList());
  }

  private record Progress(String after, int found, int page) {}

  private Order order(ServerState of, String request, String cursor) {
    return Order.observe(request, of.server())
        .with(Data.hash()
            .with("verb", "list_access")
            .with("not_after", clock.instant().plus(VALID).getEpochSecond())
            .with("cursor", cursor));
  }

  private Uni<Looked> ended(Begun begun, String request, Progress so, Deadline deadline) {
    return convergence
        .await(begun, deadline.left())
        .chain(convergence::record)
        .chain(delivered -> recorded(delivered, request, so, deadline));
  }

  private Uni<Looked> recorded(
      Delivered delivered, String request, Progress so, Deadline deadline) {
    var state = delivered.state();
    var stated = delivered.outcome().statement();
    var page = stated
        .flatMap(Observation::action)
        .flatMap(Action::findings)
        .map(found ->
            new Findings(found.items(), so.after(), found.next(), found.unread(), found.more()));
    if (page.isEmpty()) {
      return Uni.createFrom().item(stopped(delivered, so));
    }
    return record(state, page.get(), stated.get()).chain(() -> {
      var found = so.found() + page.get().items().size();
      var unread = page.get().unread().stream().map(Findings.Unread::why).toList();
      if (page.get().next().isEmpty()) {
        return Uni.createFrom().item(new Looked(state, found, unread, Optional.empty()));
      }
      var next = new Progress(page.get().next().get(), found, so.page() + 1);
      return deadline.isOver() || next.page() > MOST_PAGES || !isForward(so, next)
          ? Uni.createFrom()
              .item(new Looked(
                  state,
                  found,
                  unread,
                  Optional.of(
                      "it has more than could be read in time; ask again, with a longer api.wait")))
          : next(state, request, next, deadline);
    });
  }

  /** A server that sends us round in circles gets no further order. */
  private static boolean isForward(Progress before, Progress after) {
    return after.after().compareTo(before.after()) > 0;
  }

  private Uni<Looked> next(ServerState of, String request, Progress so, Deadline deadline) {
    return convergence
        .begin(List.of(of), state -> order(state, request + "." + so.page(), so.after()))
        .chain(begun -> ended(begun.get(0), request, so, deadline));
  }

  private static Looked stopped(Delivered delivered, Progress so) {
    var name = delivered.state().server().name();
    var why = delivered
        .outcome()
        .statement()
        .map(stated ->
            stated.action().flatMap(Action::problem).orElse("the server does not say what it has"))
        .orElseGet(() -> Explanation.of(name, delivered.outcome()));
    return new Looked(delivered.state(), so.found(), List.of(), Optional.of(why));
  }

  private Uni<Void> record(ServerState of, Findings page, Observation stated) {
    return authorized
        .on(of.server())
        .chain(given -> findings.record(of, page, stated, given, clock.instant()));
  }
}
