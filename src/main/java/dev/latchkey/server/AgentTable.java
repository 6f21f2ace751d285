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

/** Since when there is each agent: {@code AGENTS / its hash}, a small item a release, gone after {@value #DAYS_KEPT} days. */
@Singleton
public class AgentTable {
  private static final int DAYS_KEPT = 400;

  private final Store store;
  private final Change change;

  @Inject
  AgentTable(Store store, Change change) {
    this.store = store;
    this.change = change;
  }

  /**
   * When an agent was asked about first, which is noted by whoever asks first.
   *
   * @param sha256 of the agent, 64 hexadecimal digits
   */
  public Uni<Instant> since(String sha256, Instant now) {
    var key = new Key("AGENTS", sha256);
    return Change.retrying(() -> store
        .get(key)
        .chain(found -> found
            .map(item -> Uni.createFrom().item(Instant.ofEpochSecond(item.getNumber("since"))))
            .orElseGet(() -> change
                .note(in -> in.putNew(
                    Item.at(key)
                        .with("since", Item.time(now))
                        .with("ttl", Item.time(now.plus(Duration.ofDays(DAYS_KEPT)))),
                    Changed::new))
                .replaceWith(now))));
  }
}
