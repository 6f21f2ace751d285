package dev.latchkey.delivery;

import dev.latchkey.delivery.EmbeddedMetrics.Value;
import dev.latchkey.server.AheadTable;
import dev.latchkey.server.Lead;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Server;
import dev.latchkey.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import org.jboss.logging.Logger;

/** Calls an operator: an error in the log, and a metric that the template's alarms count. */
@Singleton
public class FleetAlarm {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");
  private static final Value SERVER_AHEAD = new Value("ServerAhead", "Count", 1);
  private static final Value RESTORE_SUSPECTED = new Value("RestoreSuspected", "Count", 1);

  private final AheadTable ahead;
  private final String table;
  private final Clock clock;

  @Inject
  FleetAlarm(AheadTable ahead, Settings settings, Clock clock) {
    this.ahead = ahead;
    this.table = settings.table();
    this.clock = clock;
  }

  /** A server has carried out what nobody here knows of. It never fails: what it is about goes on. */
  Uni<Void> ahead(Server known, Observation stated, Lead lead) {
    LOG.errorf(
        "%s is ahead of us: it states generation %d of epoch %d, and we know of generation %d of epoch %d; %s",
        known.name(),
        stated.generation(),
        stated.epoch(),
        known.generation(),
        known.epoch(),
        lead == Lead.NEAR
            ? "we go above it, and its older grants are held"
            : "it is not followed; fleet_server_reset makes it take orders again");
    raise(SERVER_AHEAD);
    return ahead
        .note(known.owner(), clock.instant())
        .invoke(several -> {
          if (several) {
            LOG.error(
                "Servers of three owners are ahead of us within an hour: was the table restored?");
            raise(RESTORE_SUSPECTED);
          }
        })
        .replaceWithVoid()
        .onFailure()
        .recoverWithItem(failure -> {
          LOG.errorf(failure, "it is not noted that %s is ahead", known.name());
          return null;
        });
  }

  private void raise(Value metric) {
    System.out.println(EmbeddedMetrics.line(List.of(metric), table, clock.instant()));
  }
}
