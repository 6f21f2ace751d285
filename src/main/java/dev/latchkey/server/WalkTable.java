package dev.latchkey.server;

import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** How far the walk past all servers has come: {@code F#WALK / WALK}. */
@Singleton
public class WalkTable {
  private static final Key KEY = new Key("F#WALK", "WALK");

  private final Store store;
  private final Change change;

  @Inject
  WalkTable(Store store, Change change) {
    this.store = store;
    this.change = change;
  }

  /**
   * @param cursor after which servers it goes on; empty for the first
   * @param begun when it began; empty before the first
   * @param due when it goes on
   * @param steps how many steps were ever made, by which a step is told apart
   */
  public record Place(Optional<String> cursor, Optional<Instant> begun, Instant due, long steps) {
    public boolean isDue(Instant now) {
      return !now.isBefore(due);
    }
  }

  public Uni<Place> find() {
    return store
        .get(KEY)
        .map(found -> found
            .map(item -> new Place(
                item.findText("cursor"),
                item.findNumber("begun_at").map(Instant::ofEpochSecond),
                Instant.ofEpochSecond(item.getNumber("due_at")),
                item.getNumber("steps")))
            .orElseGet(() -> new Place(Optional.empty(), Optional.empty(), Instant.EPOCH, 0)));
  }

  /**
   * Takes a step.
   *
   * @param next after which servers the next one goes on; empty if it begins again, {@code every} after this walk began
   * @throws Changed when somebody else took it
   */
  public Uni<Void> go(Place from, Optional<String> next, Instant now, Duration every) {
    var begun = from.cursor().isPresent() ? from.begun().orElse(now) : now;
    var item = Item.at(KEY)
        .with("cursor", next.map(Item::text))
        .with("begun_at", Item.time(begun))
        .with("due_at", Item.time(next.isPresent() ? now : begun.plus(every)))
        .with("steps", from.steps() + 1);
    return change.note(in -> {
      if (from.steps() == 0) {
        in.putNew(item, Changed::new);
      } else {
        in.replace(
            item, "steps = :steps", Map.of(":steps", Item.number(from.steps())), Changed::new);
      }
    });
  }
}
