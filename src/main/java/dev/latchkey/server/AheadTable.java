package dev.latchkey.server;

import static java.util.stream.Collectors.joining;

import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.server.LastAhead.Seen;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;

/** Whose servers were ahead of the table last: one item of a fixed size, {@code AHEAD / OWNERS}. */
@Singleton
public class AheadTable {
  private static final Key KEY = new Key("AHEAD", "OWNERS");

  private final Store store;
  private final Change change;

  @Inject
  AheadTable(Store store, Change change) {
    this.store = store;
    this.change = change;
  }

  /**
   * Notes that a server of {@code owner} is ahead.
   *
   * @return whether servers of three owners were, within an hour
   */
  public Uni<Boolean> note(String owner, Instant now) {
    return Change.retrying(() -> store.get(KEY).chain(found -> {
      var last = found.map(AheadTable::read).orElse(LastAhead.NONE).and(owner, now);
      return change
          .note(in -> {
            var revision = found.map(item -> item.getNumber("revision")).orElse(0L);
            var item = write(last).with("revision", revision + 1);
            if (found.isEmpty()) {
              in.putNew(item, Changed::new);
            } else {
              in.replace(
                  item,
                  "revision = :revision",
                  Map.of(":revision", Item.number(revision)),
                  Changed::new);
            }
          })
          .replaceWith(last.isOfSeveral(now));
    }));
  }

  /** No name of a user has a blank or a comma. */
  private static Item write(LastAhead last) {
    return Item.at(KEY)
        .with(
            "owners",
            last.last().stream()
                .map(seen -> seen.owner() + " " + seen.at().getEpochSecond())
                .collect(joining(",")));
  }

  private static LastAhead read(Item item) {
    return new LastAhead(Arrays.stream(item.getText("owners").split(","))
        .map(text -> text.split(" "))
        .map(seen -> new Seen(seen[0], Instant.ofEpochSecond(Long.parseLong(seen[1]))))
        .toList());
  }
}
