package dev.latchkey.reconcile;

import dev.latchkey.change.Change;
import dev.latchkey.delivery.Deadline;
import dev.latchkey.event.Event;
import dev.latchkey.event.EventBus;
import dev.latchkey.event.EventTable;
import dev.latchkey.event.EventTable.Due;
import dev.latchkey.server.AccessEvents;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Unis;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/** Tells what happened, each at least once: it is dropped when the bus has taken it, so that nothing is lost by a crash. */
@Singleton
class EventUpkeep implements Upkeep {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.events");

  /** What the bus has refused for so long is dropped, and the log has it: else it would be in the way of all others. */
  private static final Duration PATIENCE = Duration.ofDays(1);

  /** Of the five minutes that the reconciler has, beside all else. */
  private static final Duration TIME = Duration.ofSeconds(30);

  private final EventTable events;
  private final EventBus bus;
  private final ServerTable servers;
  private final Change change;
  private final Clock clock;

  @Inject
  EventUpkeep(EventTable events, EventBus bus, ServerTable servers, Change change, Clock clock) {
    this.events = events;
    this.bus = bus;
    this.servers = servers;
    this.change = change;
    this.clock = clock;
  }

  @Override
  public Uni<Void> run() {
    return events.isWanted()
        ? Uni.createFrom().deferred(() -> tell(clock.instant()))
        : Uni.createFrom().voidItem();
  }

  private Uni<Void> tell(Instant now) {
    return tell(now, "", Deadline.in(TIME))
        .invoke(told -> {
          if (!told) {
            throw new IllegalStateException("the event bus has not taken all events yet");
          }
        })
        .replaceWithVoid();
  }

  /**
   * Tells all that is due after a key, as far as the time reaches: a first look at many servers has more to tell than a
   * page, and what the bus does not take must not be in the way of the rest.
   *
   * @return whether the bus has taken all of it
   */
  private Uni<Boolean> tell(Instant now, String after, Deadline deadline) {
    return events
        .until(now, after)
        .chain(page -> Multi.createFrom()
            .iterable(page)
            .onItem()
            .transformToUniAndConcatenate(due -> tell(due, now))
            .collect()
            .asList()
            .chain(told -> page.size() < EventTable.MOST || deadline.isOver()
                ? Uni.createFrom().item(!told.contains(false))
                : tell(now, page.get(page.size() - 1).key(), deadline)
                    .map(rest -> rest && !told.contains(false))));
  }

  /** @return whether nothing of it is left to tell */
  private Uni<Boolean> tell(Due due, Instant now) {
    return Uni.createFrom()
        .deferred(() -> Unis.all(due.events(), this::ifStill))
        .map(all -> all.stream().flatMap(List::stream).toList())
        .chain(this::put)
        .onFailure()
        .invoke(failure -> LOG.warnf("events are told later: %s", failure.getMessage()))
        .onFailure()
        .recoverWithItem(false)
        .chain(taken -> {
          var isOver = due.at().plus(PATIENCE).isBefore(now);
          if (!taken && isOver) {
            LOG.errorf("%d events of %s are dropped untold", due.events().size(), due.at());
          }
          return taken || isOver
              ? change.note(in -> events.drop(in, due)).replaceWith(true)
              : Uni.createFrom().item(false);
        });
  }

  private Uni<List<Event>> ifStill(Event event) {
    return AccessEvents.isAbout(event)
        .map(key -> servers
            .grantsNow(List.of(key))
            .map(found -> AccessEvents.isStill(event, found.values().stream().findFirst())
                ? List.of(event)
                : List.<Event>of()))
        .orElseGet(() -> Uni.createFrom().item(List.of(event)));
  }

  private Uni<Boolean> put(List<Event> all) {
    var parts = IntStream.iterate(0, from -> from < all.size(), from -> from + EventBus.MOST)
        .mapToObj(from -> all.subList(from, Math.min(all.size(), from + EventBus.MOST)))
        .toList();
    return Multi.createFrom()
        .iterable(parts)
        .onItem()
        .transformToUniAndConcatenate(bus::put)
        .collect()
        .asList()
        .map(refused -> refused.stream().allMatch(List::isEmpty));
  }
}
