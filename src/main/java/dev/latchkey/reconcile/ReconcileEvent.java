package dev.latchkey.reconcile;

import dev.latchkey.reconcile.Reconciler.Pass;
import dev.latchkey.server.NodeId;
import dev.latchkey.settings.Settings;
import dev.latchkey.store.Schema;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.Optional;

/**
 * EventBridge's way to the reconciler: on a schedule, and when a command of ours has ended on a node. It answers only
 * in a process that is configured to be the reconciler, to which the API has no route.
 */
@Singleton
@Path("internal/reconcile")
public class ReconcileEvent {
  private final Schema schema;
  private final Reconciler reconciler;
  private final AllUpkeep upkeep;
  private final String table;
  private final Clock clock;

  @Inject
  ReconcileEvent(
      Schema schema, Reconciler reconciler, AllUpkeep upkeep, Settings settings, Clock clock) {
    this.schema = schema;
    this.reconciler = reconciler;
    this.upkeep = upkeep;
    this.table = settings.table();
    this.clock = clock;
  }

  /**
   * @param node the node on which a command of ours ended; none for the schedule
   * @param command that command's id
   */
  @POST
  @Produces(MediaType.TEXT_PLAIN)
  public Uni<String> reconcile(
      @QueryParam("node") Optional<String> node, @QueryParam("command") Optional<String> command) {
    // An order that was half read could close what is to be open and open what is not.
    return schema.check(true).chain(() -> reconcileKnown(node, command));
  }

  private Uni<String> reconcileKnown(Optional<String> node, Optional<String> command) {
    var isEvent = node.isPresent() && command.isPresent();
    var run = isEvent
        ? reconciler.ended(NodeId.parse(node.get()), command.get()).map(looks -> new Pass(looks, 0))
        : reconciler.run();
    var told = run.map(pass -> {
      var looks = pass.looks();
      // To standard output as it is: a log format around it would make it no metric.
      ReconcilerMetrics.line(looks, table, clock.instant()).ifPresent(System.out::println);
      var failed = looks.stream().filter(Look::failed).count();
      if (failed > 0) {
        throw new IllegalStateException(
            failed + " of " + looks.size() + " servers could not be looked at");
      }
      return "Looked at " + looks.size() + " servers"
          + (pass.left() > 0 ? "; " + pass.left() + " more are due.\n" : ".\n");
    });
    // After the servers: of what it ends, whoever revoked the token has ended the first, and the
    // next pass sends the orders.
    return isEvent ? told : told.onItemOrFailure().call((text, failure) -> upkeep.run());
  }
}
