package dev.latchkey.wire;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Store;
import dev.latchkey.testing.Account;
import dev.latchkey.testing.BatchWrite;
import dev.latchkey.testing.SupportCase;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.function.IntFunction;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/** Copies in the table of what calls have made of each kind. */
final class MuchOfEach {
  private static final int OF_A_SERVER = 40;
  private static final int OF_A_TRANSACTION = 90;
  private static final int MOST_WITH_KEYS = 1_000;

  private final Store store;
  private final DynamoDbAsyncClient dynamoDb;
  private final String table;
  private final Account owner;
  private final SupportCase support;

  MuchOfEach(
      Store store, DynamoDbAsyncClient dynamoDb, String table, Account owner, SupportCase support) {
    this.store = store;
    this.dynamoDb = dynamoDb;
    this.table = table;
    this.owner = owner;
    this.support = support;
  }

  void fill(int size) {
    var user = owner.user();
    var at = "U#" + user;
    var server = support.server().name();
    var name = read(at, "N#first");
    var credential = read(at, "C#" + name.getText("digest"));
    copies(size, i -> name(name, "N#t%05d".formatted(i), "digest", "%064x".formatted(i)));
    copies(size, i -> name(credential, "C#%064x".formatted(i), "token_name", "t%05d".formatted(i)));

    var open = read("TICKETS", user + "#" + support.ticket());
    copies(
        size,
        i -> at(open, "TICKETS", user + "#" + id(i))
            .with("ticket", id(i))
            .with("servers", filled(server, i / OF_A_SERVER)));
    var closed =
        store.query("TICKETS#CLOSED", user + "#").await().indefinitely().get(0);
    copies(
        size,
        i -> at(closed, "TICKETS#CLOSED", closed.getText("sk").replaceAll("[0-9]+$", "" + id(i)))
            .with("ticket", id(i)));
    var grant = read("S#" + server, "G#" + support.ticket() + "#root");
    copies(
        size,
        i -> at(grant, "S#" + filled(server, i / OF_A_SERVER), "G#" + id(i) + "#root")
            .with("ticket", id(i)));

    var listed = read("SERVERS", user + "#" + server);
    var whole = read("S#" + server, "SERVER");
    copies(
        size,
        i -> at(listed, "SERVERS", user + "#" + filled(server, i))
            .with("server_name", filled(server, i)));
    copies(
        size,
        i -> at(whole, "S#" + filled(server, i), "SERVER").with("server_name", filled(server, i)));

    var entry = store.query("A#" + user, "0").await().indefinitely().get(0);
    copies(size, i -> at(entry, "A#" + user, place(i)));
    copies(size, i -> Item.at(new Key("UNSEALED", user + "#" + place(i))));
    var month = DateTimeFormatter.ofPattern("yyyyMM").format(LocalDate.now(ZoneOffset.UTC));
    copies(
        size,
        i -> Item.at(new Key("M#" + user + "#" + month, "T#%016x#gone".formatted(i)))
            .with("36", 1));
    copies(size, i -> Item.at(new Key("RESELLERS", reseller(server, i))));
  }

  private static String place(int i) {
    return "%015d#%d".formatted(1_700_000_000_000L + i, i);
  }

  private static String reseller(String server, int i) {
    return "growth-" + filled(server, i);
  }

  /** Other tests walk over all of them. */
  void removeResellers(int size) {
    for (var from = 0; from < size; from += OF_A_TRANSACTION) {
      var transaction = store.transaction();
      for (var i = from; i < Math.min(size, from + OF_A_TRANSACTION); i++) {
        transaction.delete(new Key("RESELLERS", reseller(support.server().name(), i)));
      }
      store.write(transaction).await().indefinitely();
    }
  }

  /** On each server the key, and some that nobody gave. */
  void fillKeys(String fingerprint, int size, int keysOfAServer) {
    var server = support.server().name();
    var prefix = owner.user() + "#" + server + "#";
    var key = store.query("F#KEYS", prefix).await().indefinitely().get(0);
    var look = read("F#OTHERS", owner.user() + "#" + server);
    copies(size, i -> at(look, "F#OTHERS", owner.user() + "#" + filled(server, i)));
    copies(size, i -> ofKey(key, owner, filled(server, i), "F#KEY#" + fingerprint, fingerprint));
    for (var partition : List.of("F#KEYS", "F#DRIFT")) {
      copies(
          Math.min(size, MOST_WITH_KEYS) * keysOfAServer,
          i -> ofKey(
              key,
              owner,
              filled(server, i / keysOfAServer),
              partition,
              "SHA256:%043d".formatted(i % keysOfAServer)));
    }
  }

  private static Item ofKey(
      Item like, Account owner, String server, String partition, String fingerprint) {
    var id = "key " + fingerprint + " " + like.getText("place");
    return at(like, partition, owner.user() + "#" + server + "#" + id)
        .with("server_name", server)
        .with("found", fingerprint);
  }

  private static long id(int i) {
    return 100_000_000L + i;
  }

  private static String filled(String server, int i) {
    return server + "-" + i;
  }

  private static Item name(Item of, String sk, String attribute, String value) {
    return at(of, of.getText("pk"), sk).with(attribute, value);
  }

  private static Item at(Item of, String pk, String sk) {
    var attributes = new HashMap<>(of.attributes());
    attributes.putAll(new Key(pk, sk).attributes());
    return new Item(attributes);
  }

  private Item read(String pk, String sk) {
    return store.get(new Key(pk, sk)).await().indefinitely().orElseThrow();
  }

  private void copies(int count, IntFunction<Item> item) {
    BatchWrite.of(dynamoDb, table, count, item);
  }
}
