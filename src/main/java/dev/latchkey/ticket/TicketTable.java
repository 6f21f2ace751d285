package dev.latchkey.ticket;

import dev.latchkey.change.Changed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import dev.latchkey.ticket.Ticket.Place;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Tickets, and the vendor profiles of their owners ({@code U#user / V}). */
@Singleton
class TicketTable {
  private static final String SAME_REVISION = "revision = :revision";
  private static final Supplier<Changed> CHANGED = Changed::new;

  private final Store store;

  @Inject
  TicketTable(Store store) {
    this.store = store;
  }

  /** A ticket and the profile of {@code user}, who may be its owner, in one read. */
  record Found(Optional<Ticket> ticket, Optional<VendorAccess> profile) {}

  Uni<Optional<Ticket>> find(long id) {
    return store.get(TicketItem.key(id)).map(found -> found.map(TicketItem::read));
  }

  Uni<Found> find(long id, String user) {
    return store
        .getAll(List.of(TicketItem.key(id), profileKey(user)))
        .map(items -> new Found(
            items.stream()
                .filter(item -> item.getText("pk").equals(TicketItem.key(id).pk()))
                .findFirst()
                .map(TicketItem::read),
            items.stream()
                .filter(item -> item.getText("pk").equals(profileKey(user).pk()))
                .findFirst()
                .map(VendorAccessItem::read)));
  }

  Uni<Optional<VendorAccess>> findProfile(String user) {
    return store.get(profileKey(user)).map(found -> found.map(VendorAccessItem::read));
  }

  /** @param owner whose tickets; empty for everybody's */
  Uni<List<Ticket>> ownedBy(Optional<String> owner) {
    var prefix = owner.map(name -> name + "#").orElse("");
    return store
        .query(Query.between(TicketItem.LIST, prefix.isEmpty() ? " " : prefix, prefix + Query.END))
        .map(items -> items.stream().map(TicketItem::read).toList());
  }

  Uni<Integer> countOpen(String owner) {
    return ownedBy(Optional.of(owner))
        .map(all -> Math.toIntExact(all.stream().filter(Ticket::isOpen).count()));
  }

  void create(Transaction in, Ticket ticket, Supplier<? extends RuntimeException> taken) {
    in.putNew(TicketItem.write(ticket), taken);
    in.put(TicketItem.writeListed(ticket));
  }

  /** Turns one ticket into the next; fails with {@link Changed} when it is no longer the one that was read. */
  void change(Transaction in, Ticket before, Ticket after) {
    in.replace(TicketItem.write(after), SAME_REVISION, revision(before), CHANGED);
    in.put(TicketItem.writeListed(after));
  }

  /** The ticket is still the one that was read, and remembers where it was granted access. */
  void granted(Transaction in, Ticket ticket, Place place) {
    var after = ticket.granted(place);
    if (after.equals(ticket)) {
      in.check(TicketItem.key(ticket.id()), SAME_REVISION, revision(ticket), CHANGED);
    } else {
      change(in, ticket, after);
    }
  }

  void putProfile(Transaction in, String user, VendorAccess profile) {
    in.put(VendorAccessItem.write(Item.at(profileKey(user)), profile));
  }

  private static Map<String, AttributeValue> revision(Ticket of) {
    return Map.of(":revision", Item.number(of.revision()));
  }

  private static Key profileKey(String user) {
    return new Key("U#" + user, "V");
  }
}
