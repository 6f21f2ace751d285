package dev.latchkey.server;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import java.time.Instant;
import java.util.HashMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How the keys that are revoked on a server lie in the table: {@code S#server / RK}, one item for all of them, between the
 * grants and the server. So they come with the same read, and take one step of a transaction, however many there are.
 */
final class RevocationItem {
  static final String SORT_KEY = "RK";

  private static final String KEYS = "revoked";

  private RevocationItem() {}

  static Key key(ServerName server) {
    return new Key("S#" + server, SORT_KEY);
  }

  static Item write(ServerName server, Revocations revocations) {
    return Item.at(key(server))
        .with(
            KEYS,
            AttributeValue.fromL(
                revocations.all().stream().map(RevocationItem::write).toList()));
  }

  private static AttributeValue write(Revocation one) {
    var map = new HashMap<String, AttributeValue>();
    map.put("fingerprint", Item.text(one.fingerprint()));
    map.put("revoked_at", Item.time(one.at()));
    map.put("revoked_by", Item.text(one.by()));
    one.reason().ifPresent(reason -> map.put("reason", Item.text(reason)));
    map.put("generation", Item.number(one.generation()));
    one.provenAt().ifPresent(at -> map.put("proven_at", Item.time(at)));
    return AttributeValue.fromM(map);
  }

  static Revocations read(Item item) {
    return new Revocations(item.getMaps(KEYS).stream().map(RevocationItem::one).toList());
  }

  private static Revocation one(Item one) {
    return new Revocation(
        one.getText("fingerprint"),
        Instant.ofEpochSecond(one.getNumber("revoked_at")),
        one.getText("revoked_by"),
        one.findText("reason"),
        one.getNumber("generation"),
        one.findNumber("proven_at").map(Instant::ofEpochSecond));
  }
}
