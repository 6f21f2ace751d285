package dev.latchkey.delivery;

import static java.util.stream.Collectors.joining;

import dev.latchkey.api.Call;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Grant.Reason;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerParameters;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.server.SessionId;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Set;

/** Ends grants: no longer wanted from the transaction on, and proven gone when the server says so. */
@Singleton
public class GrantEnding {
  private static final String NOTHING = "nothing was granted.";

  private final ServerTable servers;
  private final Change change;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  GrantEnding(ServerTable servers, Change change, Convergence convergence, Clock clock) {
    this.servers = servers;
    this.change = change;
    this.convergence = convergence;
    this.clock = clock;
  }

  /**
   * One transaction; none when its end is wanted already and no session is named.
   *
   * @param sessions what the caller wants ended with it
   */
  public Uni<ServerState> want(
      Call call, ServerState before, Grant grant, List<SessionId> sessions) {
    if (grant.isEnding() && sessions.isEmpty()) {
      return Uni.createFrom().item(before);
    }
    var after = grant.isEnding() ? before : before.ending(grant::equals, Reason.REVOKED, call.at());
    var what = "revoked ticket %d on %s as %s%s"
        .formatted(grant.ticket(), before.server().name(), grant.user(), describe(sessions));
    return change
        .commit(
            call,
            before.server().owner(),
            what,
            in -> servers.write(in.about(grant.ticket()), before, after))
        .replaceWith(after);
  }

  /**
   * The same for closed tickets on one server: one transaction, and none where the end of all their grants is wanted
   * already, as it is unless a release or a restore left some.
   */
  public Uni<ServerState> wantClosed(Call call, ServerState before, Set<Long> tickets) {
    var open = before.grants().stream()
        .filter(grant -> tickets.contains(grant.ticket()) && !grant.isEnding())
        .toList();
    if (open.isEmpty()) {
      return Uni.createFrom().item(before);
    }
    var name = before.server().name();
    var what = "ended access of closed tickets on %s: %s"
        .formatted(
            name,
            open.stream()
                .map(grant -> grant.ticket() + " as " + grant.user())
                .collect(joining(", ")));
    return commit(
        Author.of(call).about(name.value()).ofEachCall(),
        before,
        before.ending(open::contains, Reason.CLOSED, call.at()),
        what);
  }

  /** For the audit. */
  public static String describe(List<SessionId> sessions) {
    return sessions.stream()
        .map(SessionId::value)
        .collect(
            joining(", ", sessions.isEmpty() ? "" : ", ending the unattributed sessions ", ""));
  }

  public Uni<Delivered> deliver(Call call, ServerState state, List<SessionId> sessions) {
    return convergence.deliver(
        state, call.request(), ServerParameters.patience(call, clock.instant()), sessions);
  }

  /**
   * Ends a grant that the server could not carry out, so that it is not completed later without anybody's knowledge. What
   * was never placed is dropped; else it is an end that must be proven.
   *
   * @param grant as it stands in the wanted state
   * @param neverPlaced whether the server has said so
   * @return what became of it, in words
   */
  public Uni<String> takeBack(Call call, Grant grant, ServerName on, boolean neverPlaced) {
    return Change.retrying(() -> servers
            .find(on)
            .chain(found -> takeBack(call, grant, found.orElseThrow(), neverPlaced)))
        .onFailure()
        .recoverWithItem("the grant could not be taken back and is tried again; revoke it.");
  }

  private Uni<String> takeBack(Call call, Grant grant, ServerState before, boolean neverPlaced) {
    var now = before.find(grant.ticket(), grant.user());
    if (now.isEmpty()) {
      return Uni.createFrom().item(NOTHING);
    }
    if (now.get().generation() != grant.generation()) {
      return Uni.createFrom()
          .item("it was granted again or revoked by another call meanwhile, which stands.");
    }
    var isDropped = neverPlaced && now.get().authorizedAt().isEmpty();
    var after = isDropped
        ? before.without(grant, call.at())
        : before.ending(now.get()::equals, Reason.FAILED, call.at());
    var what = "took back ticket %d on %s as %s%s"
        .formatted(
            grant.ticket(),
            before.server().name(),
            grant.user(),
            isDropped ? ", which was never placed" : "");
    return commit(Author.of(call).again(), before, after, what)
        .chain(wanted -> convergence.deliver(
            wanted, call.request() + "-back", ServerParameters.patience(call, clock.instant())))
        .map(delivered -> delivered.state().find(grant.ticket(), grant.user()).isEmpty()
            ? NOTHING
            : "the grant was taken back, which the server has not confirmed yet.");
  }

  private Uni<ServerState> commit(
      Author author, ServerState before, ServerState after, String what) {
    return change
        .commit(author, before.server().owner(), what, in -> servers.write(in, before, after))
        .replaceWith(after);
  }
}
