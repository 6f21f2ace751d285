package dev.latchkey.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.ServerName;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.ticket.Ticket.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RemovalChoiceTest {
  @Test
  void nothingIsChosenOfNothing() {
    assertThat(RemovalChoice.of(List.of(), 7)).isEqualTo(new RemovalChoice(List.of(), List.of()));
  }

  @Test
  void oneCallTakesFortyGrants() {
    for (var turn : List.of(0, 5, -1, Integer.MIN_VALUE, Integer.MAX_VALUE)) {
      var choice = RemovalChoice.of(listed(LongStream.range(0, 50).map(i -> 1).toArray()), turn);

      assertThat(choice.chosen()).hasSize(40);
      assertThat(choice.rest()).hasSize(10);
    }
    assertThat(RemovalChoice.of(listed(20, 20, 1), 0).chosen()).hasSize(2);
    assertThat(RemovalChoice.of(listed(20, 21, 1), 0).chosen())
        .as("no ticket is passed over for a smaller one")
        .hasSize(1);
  }

  @Test
  void oneThatDoesNotCountIsTakenForAsManyAsItWasEverGranted() {
    var old = listed(1).get(0).ticket();
    var all = new ArrayList<ListedTicket>();
    for (var i = 0; i < 41; i++) {
      all.add(new ListedTicket(old, Optional.empty()));
    }

    assertThat(RemovalChoice.of(all, 0).chosen()).hasSize(40);
  }

  /** Calls that meet the same dead servers again and again come to every ticket all the same. */
  @Test
  void everyTicketHasItsTurn() {
    var all = listed(LongStream.range(0, 50).map(i -> 1).toArray());
    var chosen = new HashSet<ListedTicket>();
    for (var turn = 0; turn < 50; turn++) {
      chosen.addAll(RemovalChoice.of(all, turn).chosen());
    }

    assertThat(chosen).hasSize(50);
  }

  private static List<ListedTicket> listed(long... standing) {
    var all = new ArrayList<ListedTicket>();
    for (var i = 0; i < standing.length; i++) {
      all.add(new ListedTicket(
          new Ticket(
              100_000_000 + i,
              "reseller",
              "",
              "Stub ticket",
              Ticket.Status.CLOSED,
              List.of(new ServerName("web01")),
              VendorAccess.NONE,
              List.of(new Place(1, SshUser.ROOT)),
              Given.NONE,
              Instant.EPOCH,
              1),
          Optional.of(standing[i])));
    }
    return all;
  }
}
