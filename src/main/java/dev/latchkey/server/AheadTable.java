package dev.latchkey.server;

import static java.util.stream.Collectors.joining;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whose servers were ahead of the table last: {@code AHEAD / OWNERS}. One owner may have set the numbers of all their
 * servers; several at once speak for a table that was restored. Of the owners the three last are kept, each with the last
 * time, which is all that the question needs.
 */
@Singleton
public class AheadTable {
  private static final Key KEY = new Key("AHEAD", "OWNERS");
  private static final int OWNERS = 3;
  private static final Duration TOGETHER = Duration.ofHours(1);

  private final Store store;
  private final Change change;

  @Inject
  AheadTable(Store store, Change change) {
    this.store = store;
    this.change = change;
  }

  private record Seen(String owner, Instant at) {}

  /**
   * Notes that a server of {@code owner} is ahead.
   *
   * @return whether servers of three owners were within an hour
   */
  public Uni<Boolean> note(String owner, Instant now) {
    return Change.retrying(() -> store.get(KEY).chain(found -> {
      var last = Stream.concat(
              Stream.of(new Seen(owner, now)),
              found.stream()
                  .flatMap(AheadTable::read)
                  .filter(seen -> !seen.owner().equals(owner)))
          .limit(OWNERS)
          .toList();
      return change
          .note(in -> {
            var item = write(last).with("revision", revision(found) + 1);
            if (found.isEmpty()) {
              in.putNew(item, Changed::new);
            } else {
              in.replace(
                  item,
                  "revision = :revision",
                  Map.of(":revision", Item.number(revision(found))),
                  Changed::new);
            }
          })
          .replaceWith(last.size() == OWNERS
              && last.stream().noneMatch(seen -> seen.at().isBefore(now.minus(TOGETHER))));
    }));
  }

  private static long revision(Optional<Item> found) {
    return found.map(item -> item.getNumber("revision")).orElse(0L);
  }

  private static Item write(List<Seen> last) {
    return Item.at(KEY)
        .with(
            "owners",
            last.stream()
                .map(seen -> seen.owner() + " " + seen.at().getEpochSecond())
                .collect(joining(" ")));
  }

  private static Stream<Seen> read(Item item) {
    var words = item.getText("owners").split(" ");
    var all = new ArrayList<Seen>();
    for (var i = 0; i + 1 < words.length; i += 2) {
      all.add(new Seen(words[i], Instant.ofEpochSecond(Long.parseLong(words[i + 1]))));
    }
    return all.stream();
  }
}
