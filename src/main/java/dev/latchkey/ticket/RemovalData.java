package dev.latchkey.ticket;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.DoorStatus;
import dev.latchkey.delivery.OrderOutcome;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.Grant;
import dev.latchkey.server.GrantKey;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What ticket_remove_closed answers: the worst of its servers, and what each came to. */
final class RemovalData {
  private static final int MOST_IN_A_REASON = 5;

  static final List<Field> FIELDS = Field.all(
      List.of(Field.number("revoked_keys", "How many keys of closed tickets are proven gone now.")),
      DoorStatus.FIELDS,
      TicketData.REMARKS,
      List.of(
          Field.list(
                  "servers",
                  "The servers on which closed tickets had access (an extension). The four statuses above are the worst of theirs, an error before ACTIVE and that before INACTIVE, and INACTIVE if there are none.",
                  Stream.of(
                          Stream.of(
                              Field.text("server_name", "The server's name."),
                              Field.flag(
                                  "result",
                                  "1 if all access of closed tickets is proven gone there."),
                              Field.text("reason", "Why it is not; left out if it is.")
                                  .optional(),
                              Field.number("revoked_keys", "How many keys are proven gone there.")),
                          DoorStatus.FIELDS.stream())
                      .flatMap(fields -> fields)
                      .toArray(Field[]::new))
              .atMost(RemovalChoice.MOST_GRANTS),
          UnattributedData.FIELD));

  private RemovalData() {}

  /**
   * What became of one server.
   *
   * @param before the grants of closed tickets that it had
   * @param delivered empty where no order was sent
   * @param failure why none was, a sentence; empty where one was
   */
  record Removed(
      ServerName server, List<Grant> before, Optional<Delivered> delivered, String failure) {
    static Removed of(ServerState state, Set<Long> tickets, Delivered delivered) {
      return new Removed(
          state.server().name(),
          state.grants().stream()
              .filter(grant -> tickets.contains(grant.ticket()))
              .toList(),
          Optional.of(delivered),
          "");
    }

    static Removed failed(ServerName server, List<Grant> before, String failure) {
      return new Removed(server, before, Optional.empty(), failure);
    }

    boolean provesGone(GrantKey key) {
      return server.equals(key.server())
          && delivered
              .filter(to -> to.state().find(key.ticket(), key.user()).isEmpty())
              .isPresent();
    }

    List<Grant> left() {
      return before.stream()
          .filter(grant -> delivered
              .map(to -> to.state().find(grant.ticket(), grant.user()).isPresent())
              .orElse(true))
          .toList();
    }

    private List<String> why() {
      return left().stream()
          .map(grant -> delivered.map(to -> EndVerdict.whyNotProven(grant, to)).orElse(failure))
          .distinct()
          .toList();
    }

    private Data.Hash statuses() {
      return DoorStatus.statuses(
          delivered.map(Delivered::outcome).orElseGet(() -> new OrderOutcome.Unknown("")),
          delivered.map(to -> !to.state().wanted().isEmpty()).orElse(false));
    }

    private Stream<String> remarks() {
      var ends = before.stream()
          .flatMap(grant -> delivered.stream().flatMap(to -> EndVerdict.end(grant, to).stream()))
          .flatMap(end -> EndVerdict.runsOn(end).stream())
          .map(sentence -> server + ": " + sentence);
      return Stream.concat(
          ends,
          delivered.stream().flatMap(to -> Remarks.of(server, to.outcome().statement()).stream()));
    }

    private Stream<Data> unattributed() {
      return delivered.stream()
          .flatMap(to -> UnattributedData.entries(
              server, left().stream().flatMap(grant -> EndVerdict.end(grant, to).stream()))
              .stream());
    }

    private Data data() {
      var why = why();
      return Data.hash()
          .with("server_name", server.value())
          .with("result", Data.flag(why.isEmpty()))
          .with(
              "reason",
              why.isEmpty() ? Optional.empty() : Optional.of(Data.text(String.join(" ", why))))
          .with("revoked_keys", before.size() - left().size())
          .with(statuses());
    }
  }

  /** @param rest tickets that were not taken, as far as nothing proves that they have no access any more */
  static Answer answer(List<Removed> removed, List<ListedTicket> rest) {
    var why = removed.stream().flatMap(server -> server.why().stream()).toList();
    var later = rest.stream().map(RemovalData::later).toList();
    var remarks = Stream.of(
            later.stream(),
            why.stream().skip(MOST_IN_A_REASON),
            removed.stream().flatMap(Removed::remarks))
        .flatMap(sentences -> sentences);
    var simulated = removed.stream()
        .flatMap(server -> server.delivered().stream())
        .flatMap(to -> to.outcome().statement().stream())
        .filter(Observation::simulated)
        .findFirst();
    var data = Data.hash()
        .with(
            "revoked_keys",
            removed.stream()
                .mapToInt(of -> of.before().size() - of.left().size())
                .sum())
        .with(DoorStatus.worst(removed.stream().map(Removed::statuses).toList()))
        .with(TicketData.remarks(remarks, simulated))
        .with("servers", new Data.Sequence(removed.stream().map(Removed::data).toList()))
        .with(UnattributedData.hash(
            removed.stream().flatMap(Removed::unattributed).toList()));
    return why.isEmpty() && later.isEmpty()
        ? Answer.of(data)
        : Answer.failed(reason(why, later.size()), data);
  }

  private static String later(ListedTicket listed) {
    return "ticket " + listed.ticket().id() + " is closed and may still have access; call "
        + TicketRemoveClosed.NAME + " again";
  }

  private static String reason(List<String> why, int later) {
    var all = new ArrayList<>(why.stream().limit(MOST_IN_A_REASON).toList());
    if (why.size() > MOST_IN_A_REASON) {
      all.add("And " + (why.size() - MOST_IN_A_REASON) + " more, which non_fatals has.");
    }
    if (later > 0) {
      all.add(later + (later == 1 ? " closed ticket was" : " closed tickets were")
          + " left for later, as one call ends " + RemovalChoice.MOST_GRANTS
          + " grants; call " + TicketRemoveClosed.NAME + " again.");
    }
    return String.join(" ", all);
  }
}
