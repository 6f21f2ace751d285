package dev.latchkey.delivery;

import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.server.GivenTable;
import dev.latchkey.server.GivenTable.Ending;
import dev.latchkey.server.GivenTable.Given;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Grant.Reason;
import dev.latchkey.server.GrantKey;
import dev.latchkey.server.ReadGrants;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.server.ServerTable;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Ends what revoked tokens have given: no longer wanted from a transaction for each server on. */
@Singleton
public class GivenEnding {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.servers");

  /** Grants that one step looks at. */
  private static final int MOST = 40;

  private final GivenTable given;
  private final ServerTable servers;
  private final Change change;
  private final Convergence convergence;

  @Inject
  GivenEnding(GivenTable given, ServerTable servers, Change change, Convergence convergence) {
    this.given = given;
    this.servers = servers;
    this.change = change;
    this.convergence = convergence;
  }

  /**
   * What became of grants that were ended together with something else.
   *
   * @param ended how many there were
   * @param proven of how many their servers have stated that nothing is left
   * @param left a sentence for each other, and one where more are left to end
   */
  public record Ended(int ended, int proven, List<String> left) {
    private static final String LATER =
        "What is left of what they granted is ended within minutes; ticket_list shows it.";

    /** Where nothing is known but that they are to be ended. */
    static final Ended UNKNOWN = new Ended(0, 0, List.of(LATER));

    /** Where all of them were ended before. */
    public static final Ended NOTHING = new Ended(0, 0, List.of());

    /** @param delivered what the server made of the order that ends them */
    static Ended of(OnServer on, Delivered delivered) {
      var left = on.ending().stream()
          .filter(grant -> delivered.state().find(grant.ticket(), grant.user()).isPresent())
          .map(grant -> left(grant, delivered))
          .toList();
      return new Ended(on.ending().size(), on.ending().size() - left.size(), left);
    }

    /** @param areAll whether there are no more to end */
    static Ended together(List<Ended> all, boolean areAll) {
      return new Ended(
          all.stream().mapToInt(Ended::ended).sum(),
          all.stream().mapToInt(Ended::proven).sum(),
          Stream.concat(
                  all.stream().flatMap(one -> one.left().stream()),
                  areAll ? Stream.of() : Stream.of(LATER))
              .toList());
    }

    static String left(Grant grant, Delivered delivered) {
      var name = delivered.state().server().name();
      return "Revoking ticket " + grant.ticket() + " on " + name + " as " + grant.user() + ": "
          + Explanation.of(name, delivered.outcome())
          + "; the order stands and is repeated, and access ends at " + grant.expiresAt()
          + " at the latest.";
    }
  }

  /**
   * What one step did.
   *
   * @param grants those that it ends, as they are ending, each with its server's state
   * @param isLast whether nothing of these tokens is left to end
   */
  public record Step(List<OnServer> grants, boolean isLast) {}

  /** A server on which grants are ending. */
  public record OnServer(ServerState state, List<Grant> ending) {}

  /**
   * The first ones, and what their servers make of it. A failure is told and leaves the rest to the reconciler, as the change
   * that revoked the tokens has noted it.
   *
   * @param author not the caller, whose own token may be among those revoked
   */
  public Uni<Ended> end(Ending ending, Author author, String request, Duration wait) {
    return next(ending, author)
        .chain(step -> Unis.all(
                step.grants(),
                on -> convergence
                    .deliver(on.state(), request, wait)
                    .map(delivered -> Ended.of(on, delivered)))
            .map(ended -> Ended.together(ended, step.isLast())))
        .onFailure()
        .recoverWithItem(failure -> {
          LOG.errorf(failure, "grants of revoked tokens are left to the reconciler");
          return Ended.UNKNOWN;
        });
  }

  /** The next ones, of {@link #MOST} at most; it sends nothing. */
  public Uni<Step> next(Ending ending, Author author) {
    return Unis.all(ending.tokens(), given::given)
        .map(lists -> lists.stream().flatMap(List::stream).toList())
        .chain(found -> servers
            .eachGrantNow(found.stream().map(Given::grant).toList())
            .chain(now -> next(ending, author, found, now)));
  }

  /** @param now what stands of {@code found}, of which some may be granted since */
  private Uni<Step> next(Ending ending, Author author, List<Given> found, ReadGrants now) {
    var open = found.stream()
        .map(Given::grant)
        .distinct()
        // What cannot be read is not ended by being passed over: the attempt at its server fails.
        .filter(key -> now.damaged().contains(key)
            || Optional.ofNullable(now.known().get(key)).filter(ending::ends).isPresent())
        .sorted(Comparator.comparing(now.damaged()::contains))
        .toList();
    var taken = open.subList(0, Math.min(MOST, open.size()));
    var names = taken.stream().map(GrantKey::server).distinct().toList();
    return Unis.all(names, name -> end(name, ending, author))
        .chain(each -> step(ending, each, taken.size() == open.size()));
  }

  /** To a server that failed the reconciler comes again. */
  private Uni<Step> step(Ending ending, List<Attempt> each, boolean isLast) {
    var areAll = isLast && each.stream().noneMatch(Attempt::failed);
    var noted =
        areAll ? change.note(in -> given.done(in, ending)) : Uni.createFrom().voidItem();
    return noted.replaceWith(
        new Step(each.stream().flatMap(one -> one.on().stream()).toList(), areAll));
  }

  /** @param on empty where nothing stands by now, or where it failed */
  private record Attempt(Optional<OnServer> on, boolean failed) {}

  /** What goes wrong with one server keeps none of the others open. */
  private Uni<Attempt> end(ServerName name, Ending of, Author author) {
    return Change.retrying(() -> servers
            .find(name)
            .chain(found -> found
                .filter(state -> state.grants().stream().anyMatch(of::ends))
                .map(state -> end(state, of, author).map(Optional::of))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()))))
        .map(on -> new Attempt(on, false))
        .onFailure()
        .recoverWithItem(failure -> {
          LOG.errorf(failure, "grants of revoked tokens on %s are left to the reconciler", name);
          return new Attempt(Optional.empty(), true);
        });
  }

  private Uni<OnServer> end(ServerState before, Ending of, Author author) {
    var after = before.ending(of::ends, Reason.REVOKED, author.at());
    var ending = new ArrayList<Grant>();
    before.grants().stream()
        .filter(of::ends)
        .forEach(grant -> after.find(grant.ticket(), grant.user()).ifPresent(ending::add));
    var name = before.server().name();
    var what = "ended " + ending.size() + " grants on " + name + " that a revoked token gave";
    return change
        .commit(
            author.about(name.value()),
            before.server().owner(),
            what,
            in -> servers.write(in, before, after))
        .replaceWith(new OnServer(after, ending));
  }
}
