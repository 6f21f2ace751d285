package dev.latchkey.access;

import dev.latchkey.store.AttributeChanges;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import java.time.Instant;
import java.util.OptionalLong;

/** How one credential lies in the table: {@code U#user / C#digest}, with counters that only admission writes. */
final class CredentialItem {
  static final String PREFIX = "C#";

  private CredentialItem() {}

  static Key key(String user, String digest) {
    return new Key("U#" + user, PREFIX + digest);
  }

  static Key key(Credential credential) {
    return key(credential.user(), credential.digest());
  }

  static Credential read(String user, Item item) {
    var scope = new Scope(
        Privileges.ofAcls(item.getSet("acls")),
        item.findNumber("expires_at").map(Instant::ofEpochSecond),
        item.findBytes("addresses").map(AddressList::unpack),
        item.findNumber("quota").map(OptionalLong::of).orElseGet(OptionalLong::empty));
    return new Credential(
        user,
        item.getText("sk").substring(PREFIX.length()),
        item.getText("token_name"),
        scope,
        Instant.ofEpochSecond(item.getNumber("create_time")),
        item.getText("revision"));
  }

  static Item write(Credential credential) {
    var scope = credential.scope();
    return Item.at(key(credential))
        .with("token_name", credential.name())
        .with("acls", Item.set(scope.privileges().acls()))
        .with("expires_at", scope.expiresAt().map(Item::time))
        .with("addresses", scope.addresses().map(list -> Item.bytes(list.pack())))
        .with("quota", Item.number(scope.quota()))
        .with("create_time", Item.time(credential.createdAt()))
        .with("revision", credential.revision());
  }

  /** Everything that an update of a token can change. */
  static AttributeChanges changesTo(Credential after) {
    var scope = after.scope();
    return new AttributeChanges()
        .with("token_name", Item.text(after.name()))
        .with("acls", Item.set(scope.privileges().acls()))
        .with("expires_at", scope.expiresAt().map(Item::time))
        .with("addresses", scope.addresses().map(list -> Item.bytes(list.pack())))
        .with("quota", Item.number(scope.quota()))
        .with("revision", Item.text(after.revision()));
  }
}
