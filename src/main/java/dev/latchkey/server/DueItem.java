package dev.latchkey.server;

import dev.latchkey.store.AttributeChanges;
import dev.latchkey.store.DamagedItem;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import java.time.DateTimeException;
import java.time.Instant;
import org.jboss.logging.Logger;

/**
 * When the reconciler must look at a server: {@code DUE#shard / name}, one item a server, which stays where it is while its
 * time changes. Earlier releases had the time in the key, {@code DUE#shard / time#name}; such items are read and taken over.
 */
final class DueItem {
  static final int SHARDS = 8;
  static final String AT = "due_at";

  private static final Logger LOG = Logger.getLogger("dev.latchkey.table");

  private static final String NAME = "server_name";
  private static final String LOOK = "look";

  private DueItem() {}

  static Key key(ServerName name) {
    return new Key(partition(Math.floorMod(name.value().hashCode(), SHARDS)), name.value());
  }

  /** @param state one that is due at some time */
  static Item write(ServerState state) {
    var server = state.server();
    return Item.at(key(server.name()))
        .with(NAME, server.name().value())
        .with(AT, Item.time(server.due().orElseThrow()))
        .with(LOOK, state.isLookDue() ? 1 : 0);
  }

  /** What cannot be read is due now, and then written anew; the others are looked at all the same. */
  static DueTable.Due read(Item item) {
    var key = item.key();
    // No name of a server has a number sign.
    var parts = key.sk().split("#", 2);
    var name = parts[parts.length - 1];
    try {
      return parts.length == 1
          ? item.as(due -> new DueTable.Due(
              name,
              Instant.ofEpochSecond(due.getNumber(AT)),
              due.findNumber(LOOK).orElse(0L) == 1,
              false,
              key))
          : new DueTable.Due(name, timeOf(parts[0]), false, true, key);
    } catch (DamagedItem damaged) {
      LOG.error(damaged.getMessage(), damaged.getCause());
      return new DueTable.Due(name, Instant.EPOCH, false, true, key);
    }
  }

  private static Instant timeOf(String old) {
    try {
      return Instant.ofEpochSecond(Long.parseLong(old));
    } catch (NumberFormatException | DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  /** Another time of the same item. */
  static AttributeChanges changesTo(ServerState state) {
    return new AttributeChanges()
        .with(AT, Item.time(state.server().due().orElseThrow()))
        .with(LOOK, Item.number(state.isLookDue() ? 1 : 0));
  }

  static String partition(int shard) {
    return "DUE#" + shard;
  }

  /** Sorts by time until the year 33658. */
  static String until(Instant time) {
    return "%012d".formatted(time.getEpochSecond());
  }
}
