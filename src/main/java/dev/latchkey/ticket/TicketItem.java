package dev.latchkey.ticket;

import dev.latchkey.server.ClosedTicketTable;
import dev.latchkey.server.ServerName;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.ticket.Ticket.Place;
import dev.latchkey.ticket.Ticket.Status;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How a ticket lies in the table: {@code T#id / TICKET}, and what a list shows of it where tickets are listed, so that a
 * page is one stretch; see {@link ClosedTicketTable}.
 */
final class TicketItem {
  private TicketItem() {}

  static Key key(long id) {
    return new Key("T#" + id, "TICKET");
  }

  static Item write(Ticket ticket) {
    return common(Item.at(key(ticket.id())), ticket).with("secure_id", ticket.secureIdDigest());
  }

  static Key listedKey(Ticket ticket) {
    return new Key(ClosedTicketTable.OPEN, ticket.owner() + "#" + ticket.id());
  }

  static Item writeListed(Ticket ticket) {
    return shown(Item.at(listedKey(ticket)), ticket)
        .with("ssh_user", ticket.own().user().map(user -> Item.text(user.value())));
  }

  private static Item common(Item item, Ticket ticket) {
    return VendorAccessItem.write(shown(item, ticket), ticket.own())
        .with(
            "granted_last",
            words(ticket.granted().stream()
                .flatMap(place -> ticket.given().lastOf(place).stream()
                    .map(last -> last.at().getEpochSecond() + "#" + last.generation() + "#"
                        + place.number() + "#" + place.user()))
                .toList()))
        .with("granted_owners", words(ticket.given().owners()));
  }

  private static Item shown(Item item, Ticket ticket) {
    return item.with("ticket", ticket.id())
        .with("owner_name", ticket.owner())
        .with("subject", ticket.subject())
        .with("ticket_status", ticket.status().name())
        .with("servers", words(ticket.servers()))
        .with(
            "granted",
            words(ticket.granted().stream()
                .map(place -> place.number() + "#" + place.user())
                .toList()))
        .with("created_at", Item.time(ticket.createdAt()))
        .with("revision", ticket.revision());
  }

  static Ticket read(Item item) {
    return new Ticket(
        item.getNumber("ticket"),
        item.getText("owner_name"),
        item.findText("secure_id").orElse(""),
        item.getText("subject"),
        Status.valueOf(item.getText("ticket_status")),
        words(item, "servers").map(ServerName::new).toList(),
        VendorAccessItem.read(item),
        words(item, "granted").map(TicketItem::place).toList(),
        given(item),
        Instant.ofEpochSecond(item.getNumber("created_at")),
        item.getNumber("revision"));
  }

  private static Given given(Item item) {
    var last = new HashMap<Place, Given.Last>();
    words(item, "granted_last").forEach(word -> {
      var parts = word.split("#", 3);
      last.put(
          place(parts[2]),
          new Given.Last(
              Instant.ofEpochSecond(Long.parseLong(parts[0])), Long.parseLong(parts[1])));
    });
    return new Given(last, words(item, "granted_owners").toList());
  }

  private static Place place(String text) {
    var mark = text.indexOf('#');
    return new Place(
        Long.parseLong(text.substring(0, mark)), new SshUser(text.substring(mark + 1)));
  }

  private static Optional<AttributeValue> words(List<?> values) {
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Item.text(values.stream().map(Object::toString).collect(Collectors.joining(" "))));
  }

  private static Stream<String> words(Item item, String name) {
    return item.findText(name).stream().flatMap(text -> Arrays.stream(text.split(" ")));
  }
}
