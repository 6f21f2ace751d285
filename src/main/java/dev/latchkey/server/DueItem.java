package dev.latchkey.server;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import java.time.Instant;

/** When the reconciler must look at a server: {@code DUE#shard / time#server}. A server has at most one. */
final class DueItem {
  static final int SHARDS = 8;

  private DueItem() {}

  static Key key(Server server, Instant due) {
    return new Key(
        partition(Math.floorMod(server.name().value().hashCode(), SHARDS)),
        until(due) + "#" + server.name());
  }

  static Item write(Server server, Instant due) {
    return Item.at(key(server, due)).with("server_name", server.name().value());
  }

  static String partition(int shard) {
    return "DUE#" + shard;
  }

  /** Sorts by time until the year 33658. */
  static String until(Instant time) {
    return "%012d".formatted(time.getEpochSecond());
  }
}
