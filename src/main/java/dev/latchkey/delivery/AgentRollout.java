package dev.latchkey.delivery;

import dev.latchkey.server.AgentTable;
import dev.latchkey.server.ServerName;
import dev.latchkey.settings.Settings;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Which servers get the agent of this release: those that {@code latchkey.early-servers} names at once, all others a day
 * later. Where none is named, all get it at once.
 */
@Singleton
public class AgentRollout {
  /** An environment variable of a Lambda has to hold their names. */
  static final int MOST = 50;

  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");
  private static final Duration LATER = Duration.ofDays(1);

  private final Set<ServerName> early;
  private final AgentTable agents;
  private final Clock clock;

  /** It never changes, so it is read once. */
  private volatile Optional<Instant> since = Optional.empty();

  @Inject
  AgentRollout(Settings settings, AgentTable agents, Clock clock) {
    this(settings.earlyServers().orElse(List.of()), agents, clock);
  }

  AgentRollout(List<String> early, AgentTable agents, Clock clock) {
    if (early.size() > MOST) {
      throw new IllegalStateException("latchkey.early-servers: " + early.size()
          + " servers are named; name at most " + MOST + ".");
    }
    try {
      this.early =
          early.stream().map(String::strip).map(ServerName::parse).collect(Collectors.toSet());
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("latchkey.early-servers: " + e.getMessage());
    }
    this.agents = agents;
    this.clock = clock;
  }

  /** At the start, so that a wrong name stops it. */
  void start(@Observes StartupEvent event) {}

  /** Whether {@code server} gets it now; where the table cannot be asked, it keeps the agent that it has. */
  Uni<Boolean> isFor(ServerName server) {
    if (early.isEmpty() || early.contains(server)) {
      return Uni.createFrom().item(true);
    }
    return since()
        .map(first -> !clock.instant().isBefore(first.plus(LATER)))
        .onFailure()
        .recoverWithItem(failure -> {
          LOG.warnf(
              "%s keeps its agent, as nobody knows since when there is a new one: %s",
              server, failure.getMessage());
          return false;
        });
  }

  private Uni<Instant> since() {
    return since
        .map(first -> Uni.createFrom().item(first))
        .orElseGet(() -> agents
            .since(ReleasedAgent.sha256(), clock.instant())
            .invoke(first -> since = Optional.of(first)));
  }
}
