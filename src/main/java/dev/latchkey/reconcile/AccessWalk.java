package dev.latchkey.reconcile;

import dev.latchkey.change.Changed;
import dev.latchkey.delivery.AccessLooks;
import dev.latchkey.delivery.AccessLooks.Looked;
import dev.latchkey.server.AskedServers;
import dev.latchkey.server.FindingTable;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerTable;
import dev.latchkey.server.WalkTable;
import dev.latchkey.settings.Settings;
import dev.latchkey.store.EachAlone;
import dev.latchkey.store.Unis;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Looks once a day, or as often as is set, at who may come in to every server: {@link AskedServers#MOST} of them a pass. */
@Singleton
class AccessWalk implements Upkeep {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");

  /** Nobody waits for it, and a server with many keys has several pages. */
  private static final Duration WAIT = Duration.ofSeconds(20);

  private static final int AT_ONCE = 10;

  private final WalkTable walk;
  private final ServerTable servers;
  private final FindingTable findings;
  private final AccessLooks looks;
  private final Clock clock;
  private final Duration every;
  private final int most;

  @Inject
  AccessWalk(
      WalkTable walk,
      ServerTable servers,
      FindingTable findings,
      AccessLooks looks,
      Clock clock,
      Settings settings) {
    this(walk, servers, findings, looks, clock, settings.accessLooks(), AskedServers.MOST);
  }

  /** @param most servers of a pass */
  AccessWalk(
      WalkTable walk,
      ServerTable servers,
      FindingTable findings,
      AccessLooks looks,
      Clock clock,
      Duration every,
      int most) {
    this.walk = walk;
    this.servers = servers;
    this.findings = findings;
    this.looks = looks;
    this.clock = clock;
    this.every = every;
    this.most = most;
  }

  @Override
  public Uni<Void> run() {
    return Uni.createFrom()
        .deferred(findings::tidy)
        // What cannot be forgotten keeps nobody from looking.
        .onItemOrFailure()
        .call((tidied, failure) -> every.isZero() ? Uni.createFrom().voidItem() : step());
  }

  /** Whoever comes first takes the step. */
  private Uni<Void> step() {
    var now = clock.instant();
    return walk.find()
        .chain(at -> at.isDue(now)
            ? servers
                .page(at.cursor(), most)
                .chain(page -> walk.go(at, page.next(), now, every).chain(() -> look(page.names())))
            : Uni.createFrom().voidItem())
        .onFailure(Changed.class)
        .recoverWithNull();
  }

  private Uni<Void> look(List<ServerName> names) {
    return EachAlone.all(
            names,
            AT_ONCE,
            servers::find,
            (name, failure) -> LOG.errorf(failure, "who may come in to %s is not known", name))
        .map(found -> found.stream().flatMap(Optional::stream).toList())
        .chain(states -> states.isEmpty()
            ? Uni.createFrom().voidItem()
            : looks
                .look(states, UUID.randomUUID().toString(), WAIT)
                .chain(each -> Unis.all(each, this::told))
                .replaceWithVoid());
  }

  private Uni<Boolean> told(Uni<Looked> look) {
    return look.invoke(looked -> looked
            .problem()
            .ifPresent(problem -> LOG.infof(
                "who may come in to %s is not known: %s",
                looked.state().server().name(), problem)))
        .onFailure()
        .invoke(failure -> LOG.errorf(failure, "a look at who may come in failed"))
        .onItemOrFailure()
        .transform((looked, failure) -> failure == null);
  }
}
