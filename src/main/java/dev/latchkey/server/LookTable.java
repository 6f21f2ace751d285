package dev.latchkey.server;

import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.store.AttributeChanges;
import dev.latchkey.store.ConditionFailed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.store.UnknownOutcome;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The last look at each server that readers share, {@code S#name / CHECK}: one item, whatever is asked. */
@Singleton
public class LookTable {
  private static final String OURS = "look_request = :request";

  /** Orders that change something have the server to themselves for so long between two looks. */
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /**
   * Another node, too long ago, or, though not at once, something was recorded of the server since which is not what this
   * look saw.
   */
  private static final String WORTH_NOTHING =
      "attribute_not_exists(pk) OR begun_at <= :stale OR begun_at > :now OR node <> :node"
          + " OR (begun_at <= :soon AND"
          + " NOT (of_revision = :revision OR (of_revision = :before AND look_request = :seen)))";

  private final Store store;
  private final Change change;

  @Inject
  LookTable(Store store, Change change) {
    this.store = store;
    this.change = change;
  }

  /**
   * A look that was begun.
   *
   * @param request that of its order
   * @param command Systems Manager's id of it; empty while it is being sent
   * @param isOfNow whether nothing was recorded of the server since, but what it saw itself
   */
  public record Look(String request, Optional<String> command, boolean isOfNow) {}

  /**
   * Begins a look, unless there is one that answers for it too.
   *
   * @param age for how long a look is worth as much as a new one
   * @return the look that answers, or that another one may not follow yet; empty where the caller's own has begun
   */
  public Uni<Optional<Look>> begin(Server of, String request, Instant now, Duration age) {
    var seen = of.seen()
        .flatMap(last -> ObservationReader.read(last.statement()))
        .map(Observation::request)
        .orElse("none");
    var soon = BETWEEN.compareTo(age) < 0 ? BETWEEN : age;
    var update = new AttributeChanges()
        .with("node", Item.text(of.node().value()))
        .with("look_request", Item.text(request))
        .with("of_revision", Item.number(of.revision()))
        .with("begun_at", Item.time(now))
        .with("command", Optional.empty())
        .update(
            key(of.name()),
            WORTH_NOTHING,
            Map.of(
                ":stale", Item.time(now.minus(age)),
                ":soon", Item.time(now.minus(soon)),
                ":now", Item.time(now),
                ":node", Item.text(of.node().value()),
                ":revision", Item.number(of.revision()),
                ":before", Item.number(of.revision() - 1),
                ":seen", Item.text(seen)));
    return store
        .updateOnce(update)
        .map(begun -> Optional.<Look>empty())
        .onFailure(ConditionFailed.class)
        .recoverWithItem(failed -> failed.before().map(item -> read(item, of, seen)))
        // Whatever became of it: a look too many does no harm.
        .onFailure(UnknownOutcome.class)
        .recoverWithItem(Optional.empty());
  }

  /** @return the look, if it is the last one still */
  public Uni<Optional<Look>> again(ServerName name, Look look) {
    return store
        .get(key(name))
        .map(found -> found
            .filter(item -> item.getText("look_request").equals(look.request()))
            .map(item -> new Look(look.request(), command(item), look.isOfNow())));
  }

  /** Tells the others where the answer to a look will be. */
  public Uni<Void> sent(ServerName name, String request, String command) {
    return note(name, request, new AttributeChanges().with("command", Item.text(command)));
  }

  /** Gives up a look that was not sent: the next caller's own begins. */
  public Uni<Void> notSent(ServerName name, String request) {
    return note(name, request, new AttributeChanges().with("begun_at", Item.number(0)));
  }

  private Uni<Void> note(ServerName name, String request, AttributeChanges changes) {
    return change
        .note(in -> in.update(
            changes.update(key(name), OURS, Map.of(":request", Item.text(request))), Changed::new))
        // Whoever looks has his answer all the same; the others wait for theirs, or look again.
        .onFailure(failure -> failure instanceof Changed || failure instanceof UnknownOutcome)
        .recoverWithNull();
  }

  private static Look read(Item item, Server of, String seen) {
    var request = item.getText("look_request");
    var revision = item.getNumber("of_revision");
    return new Look(
        request,
        command(item),
        revision == of.revision() || revision == of.revision() - 1 && request.equals(seen));
  }

  private static Optional<String> command(Item item) {
    return item.findText("command");
  }

  static Key key(ServerName name) {
    return new Key("S#" + name, "CHECK");
  }
}
