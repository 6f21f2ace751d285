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

  private final boolean isForAll;
  private final Set<ServerName> early;
  private final AgentTable agents;
  private final Clock clock;

  /** It never changes, so it is read once. */
  private volatile Optional<Instant> since = Optional.empty();

  @Inject
  AgentRollout(Settings settings, AgentTable agents, Clock clock) {
    this(settings.earlyServers().orElse(List.of()), settings.internal().isPresent(), agents, clock);
  }

  /** @param mustStart whether what is wrong with a name must not stop this process, which ends grants */
  AgentRollout(List<String> named, boolean mustStart, AgentTable agents, Clock clock) {
    if (named.size() > MOST && !mustStart) {
      throw new IllegalStateException("latchkey.early-servers: " + named.size()
          + " servers are named; name at most " + MOST + ".");
    }
    this.isForAll = named.isEmpty();
    this.early = named.stream()
        .flatMap(name -> server(name.strip(), mustStart).stream())
        .collect(Collectors.toSet());
    this.agents = agents;
    this.clock = clock;
  }

  private static Optional<ServerName> server(String name, boolean mustStart) {
    try {
      return Optional.of(ServerName.parse(name));
    } catch (IllegalArgumentException e) {
      var wrong = "latchkey.early-servers: " + e.getMessage();
      if (!mustStart) {
        throw new IllegalStateException(wrong);
      }
      LOG.error(wrong);
      return Optional.empty();
    }
  }

  /** At the start, so that a wrong name stops it. */
  void start(@Observes StartupEvent event) {}

  /** Whether {@code server} gets it now; where the table cannot be asked, it keeps the agent that it has. */
  Uni<Boolean> isFor(ServerName server) {
    if (isForAll || early.contains(server)) {
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
