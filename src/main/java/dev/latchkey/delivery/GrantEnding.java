package dev.latchkey.delivery;

import dev.latchkey.api.Call;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Grant.Reason;
import dev.latchkey.server.ServerChange;
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
  private final ServerChange change;
  private final Convergence convergence;
  private final Clock clock;

  @Inject
  GrantEnding(ServerTable servers, ServerChange change, Convergence convergence, Clock clock) {
    this.servers = servers;
    this.change = change;
    this.convergence = convergence;
    this.clock = clock;
  }

  /** One transaction; none when its end is wanted already. */
  public Uni<ServerState> want(Call call, ServerState before, Grant grant) {
    if (!grant.isWanted()) {
      return Uni.createFrom().item(before);
    }
    var after = before.ending(grant::equals, Reason.REVOKED, call.at());
    var what = "revoked ticket %d on %s as %s"
        .formatted(grant.ticket(), before.server().name(), grant.user());
    return change.commit(call.caller(), call.auditOf(before.server().owner(), what), before, after);
  }

  public Uni<Delivered> deliver(Call call, ServerState state) {
    return convergence.deliver(
        state, call.request(), ServerParameters.patience(call, clock.instant()));
  }

  /**
   * Ends a grant that the server could not carry out, so that it is not completed later behind everybody's back.
   *
   * @return what became of it, in words
   */
  public Uni<String> takeBack(Call call, Grant grant, ServerName on) {
    return ServerChange.of(() -> servers.find(on).chain(found -> {
          var before = found.orElseThrow();
          var after =
              before.ending(one -> one.is(grant.ticket(), grant.user()), Reason.FAILED, call.at());
          var what = "took back ticket %d on %s as %s".formatted(grant.ticket(), on, grant.user());
          return change.commit(
              call.caller(), call.auditOf(before.server().owner(), "").then(what), before, after);
        }))
        .chain(after -> convergence.deliver(
            after, call.request() + "-back", ServerParameters.patience(call, clock.instant())))
        .map(delivered -> delivered.state().find(grant.ticket(), grant.user()).isEmpty()
            ? "nothing was granted."
            : "the grant was taken back, which the server has not confirmed yet.")
        .onFailure()
        .recoverWithItem("the grant could not be taken back and is tried again; revoke it.");
  }
}
