package dev.latchkey.reseller;

import static java.util.stream.Collectors.toSet;

import dev.latchkey.access.Privilege;
import dev.latchkey.store.AttributeChanges;
import dev.latchkey.store.Item;
import dev.latchkey.store.Items;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How saved lists of privileges lie in the table: {@code ACLS / name}. */
@Singleton
class AclListTable {
  private static final String PARTITION = "ACLS";
  private static final String PRIVILEGES = "acls";
  private static final String REVISION = "revision";
  private static final String SAME_REVISION = REVISION + " = :revision";

  private final Store store;

  @Inject
  AclListTable(Store store) {
    this.store = store;
  }

  Uni<Optional<AclList>> find(String name) {
    return store.get(key(name)).map(found -> found.map(AclListTable::read));
  }

  /** In the order of their names. */
  Uni<Items<AclList>> all() {
    return store
        .query(Query.between(PARTITION, " ", Query.END))
        .map(items -> Items.each(items, AclListTable::read));
  }

  void create(Transaction in, AclList list, Supplier<? extends RuntimeException> exists) {
    in.putNew(
        Item.at(key(list.name())).with(PRIVILEGES, acls(list)).with(REVISION, list.revision()),
        exists);
  }

  void change(
      Transaction in, AclList before, AclList after, Supplier<? extends RuntimeException> changed) {
    in.update(
        new AttributeChanges()
            .with(PRIVILEGES, acls(after))
            .with(REVISION, Item.text(after.revision()))
            .update(key(before.name()), SAME_REVISION, revision(before)),
        changed);
  }

  void delete(Transaction in, AclList before, Supplier<? extends RuntimeException> changed) {
    in.delete(key(before.name()), SAME_REVISION, revision(before), changed);
  }

  private static Optional<AttributeValue> acls(AclList of) {
    return Item.set(of.privileges().stream().map(Privilege::acl).toList());
  }

  /** A name that this release does not know grants nothing. */
  private static AclList read(Item item) {
    return new AclList(
        item.getText("sk"),
        item.getSet(PRIVILEGES).stream()
            .flatMap(acl -> Privilege.find(acl).stream())
            .collect(toSet()),
        item.getText(REVISION));
  }

  private static Map<String, AttributeValue> revision(AclList of) {
    return Map.of(":revision", Item.text(of.revision()));
  }

  private static Key key(String name) {
    return new Key(PARTITION, name);
  }
}
