package dev.latchkey.delivery;

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
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;

/** Ends grants: no longer wanted from the transaction on, and proven gone when the server says so. */
@Singleton
public class GrantEnding {
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

  /** One transaction; none when its end is wanted already. */
  public Uni<ServerState> want(Call call, ServerState before, Grant grant) {
    if (grant.isEnding()) {
      return Uni.createFrom().item(before);
    }
    var after = before.ending(grant::equals, Reason.REVOKED, call.at());
    var what = "revoked ticket %d on %s as %s"
        .formatted(grant.ticket(), before.server().name(), grant.user());
    return commit(Author.of(call), before, after, what);
  }

  public Uni<Delivered> deliver(Call call, ServerState state) {
    return convergence.deliver(
        state, call.request(), ServerParameters.patience(call, clock.instant()));
  }

  /**
   * Ends a grant that the server could not carry out, so that it is not completed later without anybody's knowledge.
   *
   * @return what became of it, in words
   */
  public Uni<String> takeBack(Call call, Grant grant, ServerName on) {
    return Change.retrying(() -> servers.find(on).chain(found -> {
          var before = found.orElseThrow();
          var after = before.ending(
              other -> other.is(grant.ticket(), grant.user()), Reason.FAILED, call.at());
          var what = "took back ticket %d on %s as %s".formatted(grant.ticket(), on, grant.user());
          return commit(Author.of(call).again(), before, after, what);
        }))
        .chain(after -> convergence.deliver(
            after, call.request() + "-back", ServerParameters.patience(call, clock.instant())))
        .map(delivered -> delivered.state().find(grant.ticket(), grant.user()).isEmpty()
            ? "nothing was granted."
            : "the grant was taken back, which the server has not confirmed yet.")
        .onFailure()
        .recoverWithItem("the grant could not be taken back and is tried again; revoke it.");
  }

  private Uni<ServerState> commit(
      Author author, ServerState before, ServerState after, String what) {
    return change
        .commit(author, before.server().owner(), what, in -> servers.write(in, before, after))
        .replaceWith(after);
  }
}
