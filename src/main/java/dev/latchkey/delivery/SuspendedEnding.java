package dev.latchkey.delivery;

import static java.util.stream.Collectors.toSet;

import dev.latchkey.access.UserTable;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Grant.Reason;
import dev.latchkey.server.GrantKey;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.server.SuspendedTable;
import dev.latchkey.server.SuspendedTable.Suspended;
import dev.latchkey.server.TicketedGrants;
import dev.latchkey.server.TicketedGrants.Owned;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Ends the access that the tickets of suspended users gave: no longer wanted from a transaction for each server on. */
@Singleton
public class SuspendedEnding {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");

  /** Grants that one step takes. */
  private static final int MOST = 40;

  private static final String LATER =
      "What is left of the access that its tickets gave is ended within minutes; ticket_list shows it.";

  private final TicketedGrants granted;
  private final SuspendedTable suspended;
  private final UserTable users;
  private final ServerTable servers;
  private final Change change;
  private final Convergence convergence;

  @Inject
  SuspendedEnding(
      TicketedGrants granted,
      SuspendedTable suspended,
      UserTable users,
      ServerTable servers,
      Change change,
      Convergence convergence) {
    this.granted = granted;
    this.suspended = suspended;
    this.users = users;
    this.servers = servers;
    this.change = change;
    this.convergence = convergence;
  }

  /**
   * What became of the access.
   *
   * @param gone a sentence for each that was proven gone now
   * @param left a sentence for each that is not, and one where there is more
   */
  public record Ended(List<String> gone, List<String> left) {
    private static Ended of(OnServer on, Convergence.Delivered delivered) {
      var name = on.state().server().name();
      var isLeft = on.ending().stream()
          .filter(grant -> delivered.state().find(grant.ticket(), grant.user()).isPresent())
          .collect(toSet());
      return new Ended(
          on.ending().stream()
              .filter(grant -> !isLeft.contains(grant))
              .map(grant -> "Access of ticket " + grant.ticket() + " to " + name + " as "
                  + grant.user() + " is gone.")
              .toList(),
          isLeft.stream().map(grant -> GivenEnding.Ended.left(grant, delivered)).toList());
    }

    private static Ended together(List<Ended> all, boolean areAll) {
      return new Ended(
          all.stream().flatMap(one -> one.gone().stream()).toList(),
          Stream.concat(
                  all.stream().flatMap(one -> one.left().stream()),
                  areAll ? Stream.of() : Stream.of(LATER))
              .toList());
    }
  }

  /**
   * What one step did.
   *
   * @param on the servers whose grants it took, and those of which an end was wanted before
   * @param isLast whether an end is wanted of all there is
   */
  public record Step(List<OnServer> on, boolean isLast) {}

  /** A server with the grants that are to be proven gone. */
  public record OnServer(ServerState state, List<Grant> ending) {}

  /** The first ones, and what their servers make of it. A failure is told, and leaves the rest to the reconciler. */
  public Uni<Ended> end(Suspended one, Author author, String request, Duration wait) {
    return next(one, author)
        .chain(step -> Unis.all(
                step.on(),
                on -> convergence
                    .deliver(on.state(), request, wait)
                    .map(delivered -> Ended.of(on, delivered)))
            .map(ended -> Ended.together(ended, step.isLast())))
        .onFailure()
        .recoverWithItem(failure -> {
          LOG.errorf(failure, "the access of a suspended user is left to the reconciler");
          return new Ended(List.of(), List.of(LATER));
        });
  }

  /** The next ones, of {@link #MOST} at most; it sends nothing. */
  public Uni<Step> next(Suspended one, Author author) {
    // The user is read after its grants: what it has given by then, it gave before it was
    // suspended.
    return granted
        .of(one.user())
        .chain(owned -> users.known(one.user()).chain(known -> {
          var isStill = known
              .profile()
              .filter(profile -> one.isStill(profile.suspension()))
              .isPresent();
          return next(one, author, owned, isStill);
        }));
  }

  /**
   * @param isStill whether the user was suspended all the time: then what it gave counts as given before, though that call
   *     arrived later. What others gave later stays.
   */
  private Uni<Step> next(Suspended one, Author author, Owned owned, boolean isStill) {
    var all = owned.grants();
    var standing = all.entrySet().stream()
        .filter(entry -> !entry.getValue().grantedAt().isAfter(one.since())
            || isStill && entry.getValue().isGivenBy(one.user()))
        .sorted(Comparator.comparing(entry -> entry.getValue().isEnding()))
        .map(Map.Entry::getKey)
        .toList();
    var taken = Set.copyOf(standing.subList(0, Math.min(MOST, standing.size())));
    var areAll = owned.areAll()
        && (standing.size() == taken.size() || all.get(standing.get(MOST)).isEnding());
    var names = taken.stream().map(GrantKey::server).distinct().toList();
    return Unis.all(names, name -> end(name, taken, author)).chain(each -> {
      var isLast = areAll && each.stream().allMatch(Optional::isPresent);
      var step = new Step(each.stream().flatMap(Optional::stream).toList(), isLast);
      return isLast
          ? change.note(in -> suspended.done(in, one)).replaceWith(step)
          : Uni.createFrom().item(step);
    });
  }

  /** Empty where it failed: what goes wrong with one server keeps none of the others open. */
  private Uni<Optional<OnServer>> end(ServerName name, Set<GrantKey> taken, Author author) {
    return Change.retrying(() -> servers
            .find(name)
            .chain(found -> found
                .map(state -> end(state, taken, author))
                .orElseThrow(() -> new IllegalStateException("there is no server " + name))))
        .map(Optional::of)
        .onFailure()
        .recoverWithItem(failure -> {
          LOG.errorf(failure, "the access of a suspended user to %s stands yet", name);
          return Optional.empty();
        });
  }

  private Uni<OnServer> end(ServerState before, Collection<GrantKey> taken, Author author) {
    var name = before.server().name();
    var of = before.grants().stream()
        .filter(grant -> taken.contains(new GrantKey(name, grant.ticket(), grant.user())))
        .toList();
    var open = of.stream().filter(grant -> !grant.isEnding()).toList();
    if (open.isEmpty()) {
      return Uni.createFrom().item(new OnServer(before, of));
    }
    var after = before.ending(open::contains, Reason.REVOKED, author.at());
    var ending = of.stream()
        .flatMap(grant -> after.find(grant.ticket(), grant.user()).stream())
        .toList();
    var what = "ended " + open.size() + " grants on " + name + ", whose owner is suspended";
    return change
        .commit(
            author.about(name.value()),
            before.server().owner(),
            what,
            in -> servers.write(in, before, after))
        .replaceWith(new OnServer(after, ending));
  }
}
