package dev.latchkey.server;

import dev.latchkey.change.Changed;
import dev.latchkey.list.AskedPage;
import dev.latchkey.store.Item;
import dev.latchkey.store.Items;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Servers and their grants. Whatever changes in one of them is written together with the server's own item under the
 * condition that it is the one that was read, so that there is one sequence of states for each server.
 */
@Singleton
public class ServerTable {
  static final String SAME_REVISION = "revision = :revision";
  private static final String LIST = ListedServerItem.LIST;
  private static final Supplier<Changed> CHANGED = Changed::new;

  private final Store store;
  private final AccessEvents events;

  @Inject
  ServerTable(Store store, AccessEvents events) {
    this.store = store;
    this.events = events;
  }

  /** One read: grants and revoked keys lie before the server in its partition, and everything else elsewhere. */
  public Uni<Optional<ServerState>> find(ServerName name) {
    return store
        .query(Query.between("S#" + name, GrantItem.PREFIX, ServerItem.SORT_KEY))
        .map(items -> {
          var last = items.isEmpty() ? null : items.get(items.size() - 1);
          if (last == null || !last.getText("sk").equals(ServerItem.SORT_KEY)) {
            return Optional.empty();
          }
          var revoked = items.stream()
              .filter(ServerTable::isOfRevocations)
              .findFirst()
              .map(item -> item.as(RevocationItem::read))
              .orElse(Revocations.NONE);
          var grants = items.subList(0, items.size() - 1).stream()
              .filter(item -> !isOfRevocations(item))
              .map(item -> item.as(GrantItem::read))
              .toList();
          return Optional.of(new ServerState(last.as(ServerItem::read), grants, revoked));
        });
  }

  private static boolean isOfRevocations(Item item) {
    return item.getText("sk").equals(RevocationItem.SORT_KEY);
  }

  public Uni<Optional<ServerName>> named(NodeId node) {
    return store
        .get(new Key("NODE#" + node, "NODE"))
        .map(found -> found.map(item -> new ServerName(item.getText("server_name"))));
  }

  /** The names of the servers of {@code owner}, or of everybody. */
  public Uni<List<ServerName>> names(Optional<String> owner, int most) {
    return store
        .query(ofOwner(owner, most))
        .map(items -> items.stream().map(ListedServerItem::name).toList());
  }

  /**
   * Some of everybody's servers.
   *
   * @param next where the following ones begin; empty after the last
   */
  public record Page(List<ServerName> names, Optional<String> next) {}

  /** @param cursor {@code next} of the page before; empty for the first */
  public Uni<Page> page(Optional<String> cursor, int most) {
    return page(Optional.empty(), cursor, most);
  }

  /**
   * The same of the servers of {@code owner}, or of everybody.
   *
   * @param cursor another's than this owner's begins at his first
   */
  public Uni<Page> page(Optional<String> owner, Optional<String> cursor, int most) {
    var prefix = owner.map(name -> name + "#");
    // A blank sorts before everything that a name may go on with.
    var first = cursor
        .filter(last -> last.startsWith(prefix.orElse("")))
        .map(last -> last + " ")
        .orElseGet(() -> prefix.orElse(" "));
    var last = prefix.orElse("") + Query.END;
    return store.query(new Query(LIST, first, last, most, false)).map(items -> {
      var names = items.stream().map(ListedServerItem::name).toList();
      var next = Optional.of(items)
          .filter(all -> all.size() == most)
          .map(all -> all.get(all.size() - 1).getText("sk"));
      return new Page(names, next);
    });
  }

  /**
   * What a list shows of servers.
   *
   * @param read how many there are, as far as they were read
   */
  public record Listed(List<ListedServer> servers, int read) {}

  /**
   * The servers of {@code owner}, or of everybody, by owner and name; it decides nothing. One read, and one for each 100
   * servers of which nothing was written since a release that listed less.
   *
   * @param page empty for all of them
   */
  public Uni<Listed> listed(Optional<String> owner, Optional<AskedPage> page) {
    var most = page.map(AskedPage::most).orElse(Integer.MAX_VALUE);
    return store.query(ofOwner(owner, most).eventually()).chain(read -> {
      var items = page.map(asked -> asked.cut(read)).orElse(read);
      return old(items)
          .map(old -> new Listed(
              items.stream()
                  .flatMap(item -> ListedServerItem.isWhole(item)
                      ? Items.each(List.of(item), ListedServerItem::read).read().stream()
                      : Stream.ofNullable(old.get(ListedServerItem.name(item))))
                  .toList(),
              read.size()));
    });
  }

  /** The same of a server that is known. */
  public static ListedServer listed(Server server) {
    return ListedServerItem.of(server);
  }

  private Uni<Map<ServerName, ListedServer>> old(List<Item> items) {
    return store
        .getAllEventually(items.stream()
            .filter(item -> !ListedServerItem.isWhole(item))
            .map(item -> ServerItem.key(ListedServerItem.name(item)))
            .toList())
        .map(found ->
            Items.each(found, item -> ListedServerItem.of(ServerItem.read(item))).read().stream()
                .collect(Collectors.toMap(ListedServer::name, server -> server)));
  }

  private static Query ofOwner(Optional<String> owner, int most) {
    var prefix = owner.map(name -> name + "#");
    return new Query(LIST, prefix.orElse(" "), prefix.orElse("") + Query.END, most, false);
  }

  /** @return the grants that still stand, or that are not proven gone yet, of these servers, tickets and users */
  public Uni<Map<GrantKey, Grant>> grantsNow(Collection<GrantKey> keys) {
    var byKey = itemKeys(keys);
    return store
        .getAll(byKey.keySet())
        .map(items -> items.stream()
            .collect(
                Collectors.toMap(item -> byKey.get(item.key()), item -> item.as(GrantItem::read))));
  }

  /** As {@link #grantsNow}, for what goes on with the others where one cannot be read. */
  public Uni<ReadGrants> eachGrantNow(Collection<GrantKey> keys) {
    var byKey = itemKeys(keys);
    return store.getAll(byKey.keySet()).map(items -> {
      var grants =
          Items.each(items, item -> Map.entry(byKey.get(item.key()), GrantItem.read(item)));
      return new ReadGrants(
          grants.read().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
          grants.damaged().stream().map(item -> byKey.get(item.key())).collect(Collectors.toSet()));
    });
  }

  /** What servers stated of how one comes to them, for a list; of one that is not there nothing. */
  public Uni<Map<ServerName, StatedReach>> reaches(Collection<ServerName> names) {
    return store
        .getAllEventually(names.stream().distinct().map(ServerItem::key).toList())
        .map(found -> Items.each(found, ServerItem::read).read().stream()
            .collect(Collectors.toMap(Server::name, StatedReachReader::of)));
  }

  private static Map<Key, GrantKey> itemKeys(Collection<GrantKey> keys) {
    return keys.stream()
        .collect(Collectors.toMap(
            key -> GrantItem.key(key.server(), key.ticket(), key.user()), key -> key, (a, b) -> a));
  }

  public void add(
      Transaction in,
      Server server,
      Supplier<? extends RuntimeException> nameTaken,
      Supplier<? extends RuntimeException> nodeTaken) {
    in.putNew(ServerItem.write(server), nameTaken);
    in.putNew(node(server), nodeTaken);
    in.put(ListedServerItem.write(server));
  }

  /** Another node or owner of the same server. */
  public void move(
      Transaction in,
      ServerState before,
      ServerState to,
      Supplier<? extends RuntimeException> nodeTaken) {
    var after = to.server();
    if (!before.server().node().equals(after.node())) {
      in.delete(new Key("NODE#" + before.server().node(), "NODE"));
      in.putNew(node(after), nodeTaken);
    }
    if (!before.server().owner().equals(after.owner())) {
      in.delete(ListedServerItem.key(before.server()));
      FindingTable.forget(in, before.server());
    }
    write(in, before, to);
  }

  public void remove(Transaction in, ServerState before) {
    in.delete(ServerItem.key(before.server().name()), SAME_REVISION, revision(before), CHANGED);
    in.delete(new Key("NODE#" + before.server().node(), "NODE"));
    in.delete(ListedServerItem.key(before.server()));
    in.delete(LookTable.key(before.server().name()));
    FindingTable.forget(in, before.server());
    before.server().due().ifPresent(due -> in.delete(DueItem.key(before.server().name())));
    before.grants().forEach(grant -> in.about(grant.ticket()).delete(grantKey(before, grant)));
    if (!before.revocations().all().isEmpty()) {
      in.delete(RevocationItem.key(before.server().name()));
    }
  }

  /** The same, of what a server has stated. */
  public void write(Transaction in, ServerState before, ServerState after, Observation stated) {
    write(in, before, after);
    events.unattributed(in, before, stated);
  }

  /** Turns one state into the next; fails with {@link Changed} when it is no longer the one that was read. */
  public void write(Transaction in, ServerState before, ServerState after) {
    if (before.server().generation() > 0
        && !after.server().isLaterThan(before.server())
        && !after.hash().equals(before.hash())) {
      throw new IllegalStateException(
          "two wanted states of " + after.server().name() + " would have one generation");
    }
    in.update(
        ServerItem.changesTo(after.server())
            .update(ServerItem.key(after.server().name()), SAME_REVISION, revision(before)),
        CHANGED);
    events.between(in, before, after);
    if (ListedServerItem.differ(before.server(), after.server())) {
      in.put(ListedServerItem.write(after.server()));
    }
    for (var grant : after.grants()) {
      if (!before.grants().contains(grant)) {
        in.about(grant.ticket()).put(GrantItem.write(after.server().name(), grant));
      }
    }
    for (var grant : before.grants()) {
      if (after.find(grant.ticket(), grant.user()).isEmpty()) {
        in.about(grant.ticket()).delete(grantKey(before, grant));
      }
    }
    if (!before.revocations().equals(after.revocations())) {
      if (after.revocations().all().isEmpty()) {
        in.delete(RevocationItem.key(after.server().name()));
      } else {
        in.put(RevocationItem.write(after.server().name(), after.revocations()));
      }
    }
    if (!before.server().due().equals(after.server().due())) {
      if (after.server().due().isPresent()) {
        in.put(DueItem.write(after));
      } else {
        in.delete(DueItem.key(after.server().name()));
      }
    }
  }

  private static Key grantKey(ServerState of, Grant grant) {
    return GrantItem.key(of.server().name(), grant.ticket(), grant.user());
  }

  static Map<String, AttributeValue> revision(ServerState of) {
    return Map.of(":revision", Item.number(of.server().revision()));
  }

  private static Item node(Server server) {
    return Item.at(new Key("NODE#" + server.node(), "NODE"))
        .with("server_name", server.name().value());
  }
}
