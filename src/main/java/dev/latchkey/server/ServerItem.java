package dev.latchkey.server;

import static java.util.Map.entry;

import dev.latchkey.server.Server.Seen;
import dev.latchkey.store.AttributeChanges;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How a server lies in the table: {@code S#name / SERVER}, after its grants. */
final class ServerItem {
  static final String SORT_KEY = "SERVER";

  private ServerItem() {}

  static Key key(ServerName name) {
    return new Key("S#" + name, SORT_KEY);
  }

  static Item write(Server server) {
    var item = Item.at(key(server.name()));
    for (var entry : attributes(server).entrySet()) {
      item = item.with(entry.getKey(), entry.getValue());
    }
    return item;
  }

  static AttributeChanges changesTo(Server server) {
    var changes = new AttributeChanges();
    attributes(server).forEach(changes::with);
    return changes;
  }

  private static Map<String, Optional<AttributeValue>> attributes(Server server) {
    return Map.ofEntries(
        entry("server_name", Optional.of(Item.text(server.name().value()))),
        entry("node", Optional.of(Item.text(server.node().value()))),
        entry("owner_name", Optional.of(Item.text(server.owner()))),
        entry("epoch", Optional.of(Item.number(server.epoch()))),
        entry("generation", Optional.of(Item.number(server.generation()))),
        entry("confirmed", Optional.of(Item.number(server.confirmed()))),
        entry("attempts", Optional.of(Item.number(server.attempts()))),
        entry("due_at", server.due().map(Item::time)),
        entry("seen_at", server.seen().map(seen -> Item.time(seen.at()))),
        entry("statement", server.seen().map(seen -> Item.text(seen.statement()))),
        entry("key_file", Optional.of(Item.text(server.keyFiles().toString()))),
        entry("firewall", server.firewall().told().map(Item::text)),
        entry("revoked_keys", server.revokedKeys().told().map(Item::text)),
        entry("revision", Optional.of(Item.number(server.revision()))));
  }

  static Server read(Item item) {
    return new Server(
        new ServerName(item.getText("server_name")),
        new NodeId(item.getText("node")),
        item.getText("owner_name"),
        // Servers that were added before there were epochs have none.
        item.findNumber("epoch").orElse(0L),
        item.getNumber("generation"),
        item.getNumber("confirmed"),
        (int) item.getNumber("attempts"),
        item.findNumber("due_at").map(Instant::ofEpochSecond),
        item.findNumber("seen_at")
            .map(at -> new Seen(Instant.ofEpochSecond(at), item.getText("statement"))),
        item.findText("key_file").map(KeyFiles::parse).orElse(KeyFiles.ACCOUNT),
        item.findText("firewall").map(Firewall::parse).orElse(Firewall.OPEN),
        item.findText("revoked_keys").map(RevokedKeys::parse).orElse(RevokedKeys.SWEEP),
        item.getNumber("revision"));
  }
}
