package dev.latchkey.ticket;

import dev.latchkey.change.Changed;
import dev.latchkey.server.ClosedTicketTable;
import dev.latchkey.store.Item;
import dev.latchkey.store.Items;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
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
    return store.get(TicketItem.key(id)).map(found -> found.map(item -> item.as(TicketItem::read)));
  }

  Uni<Found> find(long id, String user) {
    return store
        .getAll(List.of(TicketItem.key(id), profileKey(user)))
        .map(items -> new Found(
            items.stream()
                .filter(item -> item.getText("pk").equals(TicketItem.key(id).pk()))
                .findFirst()
                .map(item -> item.as(TicketItem::read)),
            items.stream()
                .filter(item -> item.getText("pk").equals(profileKey(user).pk()))
                .findFirst()
                .map(item -> item.as(VendorAccessItem::read))));
  }

  Uni<Optional<VendorProfile>> findProfile(String user) {
    return store.get(profileKey(user)).map(found -> found.map(VendorProfileItem::read));
  }

  /**
   * The tickets that are open or were not proven gone, by owner and number, with what a list shows of them.
   *
   * @param owner whose tickets; empty for everybody's
   */
  Uni<Items<Ticket>> listed(Optional<String> owner, int most) {
    return read(stretch(ClosedTicketTable.OPEN, owner.map(name -> name + "#"), most, false)
        .eventually());
  }

  /** The tickets that are closed and proven gone, the newest of each owner first. */
  Uni<Items<Ticket>> closed(Optional<String> owner, int most) {
    return read(stretch(ClosedTicketTable.CLOSED, owner.map(name -> name + "#"), most, true)
        .eventually());
  }

  /** As {@link #listed}, for what decides. */
  Uni<Items<ListedTicket>> counted(String owner) {
    return store
        .query(Query.of(ClosedTicketTable.OPEN, owner + "#"))
        .map(items -> Items.each(
            items,
            item -> new ListedTicket(
                TicketItem.read(item), item.findNumber(ClosedTicketTable.STANDING))));
  }

  /** Moves a closed ticket that is gone everywhere among the closed ones; fails if it was counted down meanwhile. */
  void move(Transaction in, ListedTicket gone) {
    var key = TicketItem.listedKey(gone.ticket());
    gone.standing()
        .ifPresentOrElse(
            standing -> in.delete(
                key,
                ClosedTicketTable.STANDING + " = :standing",
                Map.of(":standing", Item.number(standing)),
                CHANGED),
            () -> in.delete(
                key,
                "attribute_not_exists(" + ClosedTicketTable.STANDING + ")",
                Map.of(),
                CHANGED));
    in.put(ClosedTicketTable.closed(TicketItem.writeListed(gone.ticket())));
  }

  private Uni<Items<Ticket>> read(Query query) {
    return store.query(query).map(items -> Items.each(items, TicketItem::read));
  }

  private static Query stretch(
      String partition, Optional<String> prefix, int most, boolean newestFirst) {
    return new Query(
        partition, prefix.orElse(" "), prefix.orElse("") + Query.END, most, newestFirst);
  }

  void create(Transaction in, Ticket ticket, Supplier<? extends RuntimeException> taken) {
    in.about(ticket.id()).putNew(TicketItem.write(ticket), taken);
    in.put(TicketItem.writeListed(ticket));
  }

  /** Replaces an open ticket; fails with {@link Changed} if the ticket was changed after it was read. */
  void change(Transaction in, Ticket before, Ticket after) {
    replace(in, before, after);
    in.put(TicketItem.writeListed(after));
  }

  /**
   * Closes a ticket. It stays among the open ones until the last of the grants that stand is proven gone.
   *
   * @param standing how many there are, each on a server that the transaction writes and names the ticket's listed item
   */
  void close(Transaction in, Ticket before, int standing) {
    var after = before.closed();
    replace(in, before, after);
    var listed = TicketItem.writeListed(after);
    if (standing > 0) {
      in.put(listed.with(ClosedTicketTable.STANDING, standing));
    } else {
      in.delete(TicketItem.listedKey(after));
      in.put(ClosedTicketTable.closed(listed));
    }
  }

  /** Notes of a closed ticket that more was asked for. */
  void touch(Transaction in, Ticket ticket) {
    replace(in, ticket, ticket.revised());
  }

  /**
   * The ticket is still the one that was read, and remembers where, when and on whose server it was granted access. It
   * always becomes another one, so that who closes it meanwhile without having seen the grant fails.
   *
   * @param after what {@link Ticket#granted(Ticket.Place, Given.Last, String)} made of it
   */
  void granted(Transaction in, Ticket before, Ticket after) {
    if (after.granted().equals(before.granted())) {
      replace(in, before, after);
    } else {
      change(in, before, after);
    }
  }

  private static void replace(Transaction in, Ticket before, Ticket after) {
    in.about(after.id()).replace(TicketItem.write(after), SAME_REVISION, revision(before), CHANGED);
  }

  void putProfile(Transaction in, String user, VendorProfile profile) {
    in.update(
        VendorProfileItem.changesTo(profile).update(profileKey(user), null, Map.of()), CHANGED);
  }

  void deleteProfile(Transaction in, String user) {
    in.delete(profileKey(user));
  }

  private static Map<String, AttributeValue> revision(Ticket of) {
    return Map.of(":revision", Item.number(of.revision()));
  }

  private static Key profileKey(String user) {
    return new Key("U#" + user, "V");
  }
}
