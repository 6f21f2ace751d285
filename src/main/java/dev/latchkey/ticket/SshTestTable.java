package dev.latchkey.ticket;

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

/** The test of a ticket on one of its servers that nobody has asked for yet: {@code T#id / TEST#number}, for an hour. */
@Singleton
class SshTestTable {
  private static final Duration KEPT = Duration.ofHours(1);

  private final Store store;
  private final Change change;

  @Inject
  SshTestTable(Store store, Change change) {
    this.store = store;
    this.change = change;
  }

  /**
   * A test that was begun.
   *
   * @param command Systems Manager's id of it
   * @param request of the call that began it
   */
  record Begun(String command, String request, Instant at) {}

  Uni<Optional<Begun>> find(long ticket, long number) {
    return store
        .get(key(ticket, number))
        .map(found -> found.map(item -> new Begun(
            item.getText("command"),
            item.getText("request"),
            Instant.ofEpochSecond(item.getNumber("begun_at")))));
  }

  /** The one that was begun last counts. */
  Uni<Void> remember(long ticket, long number, Begun begun) {
    return change.note(in -> in.put(Item.at(key(ticket, number))
        .with("command", begun.command())
        .with("request", begun.request())
        .with("begun_at", Item.time(begun.at()))
        .with("ttl", Item.time(begun.at().plus(KEPT)))));
  }

  /** Its outcome is told once; a test that another call has begun meanwhile stays. */
  Uni<Void> forget(long ticket, long number, Begun told) {
    return change
        .note(in -> in.delete(
            key(ticket, number),
            "command = :command",
            Map.of(":command", Item.text(told.command())),
            Changed::new))
        .onFailure(Changed.class)
        .recoverWithNull();
  }

  private static Key key(long ticket, long number) {
    return new Key("T#" + ticket, "TEST#" + number);
  }
}
