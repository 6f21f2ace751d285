package dev.latchkey.delivery;

import dev.latchkey.data.Data;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.text.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a server states beside the answer to a call: nothing of it is lost. */
public final class Remarks {
  /** WHM's word for a server that could not write its log. */
  private static final String AUDIT_LOG = "audit_log";

  /** More of them nobody reads. */
  public static final int MOST = 100;

  private Remarks() {}

  /** Each once, at most {@link #MOST}: the last then says how many are left out. */
  public static Data data(Stream<String> sentences) {
    var all = sentences.distinct().toList();
    return Data.texts(
        all.size() <= MOST
            ? all
            : Stream.concat(
                    all.stream().limit(MOST - 1),
                    Stream.of("and " + (all.size() - MOST + 1) + " more"))
                .toList());
  }

  public static List<String> of(ServerName server, Optional<Observation> stated) {
    return stated
        .map(seen -> Stream.concat(
                seen.auditLogWritten() ? Stream.of() : Stream.of(AUDIT_LOG),
                all(seen).map(text -> server + " states: " + text))
            .toList())
        .orElseGet(List::of);
  }

  /** Of the order as a whole, not of one of its grants. */
  public static Stream<String> problems(Optional<Observation> stated) {
    return stated.stream().flatMap(Remarks::all);
  }

  /** That somebody has closed the firewall to the grants that are wanted. */
  public static Stream<String> closed(ServerState state) {
    return state.isClosed() && !state.wanted().isEmpty()
        ? Stream.of(
            "ticket_whitelist_unsetup closed the firewall of " + state.server().name()
                + " although grants stand; ticket_whitelist_setup or ticket_grant opens it again")
        : Stream.empty();
  }

  private static Stream<String> all(Observation stated) {
    return Stream.of(
            stated.problem().stream(),
            stated.faulty().stream(),
            DoorStatus.remarks(stated),
            stated.sweepProblem().stream())
        .flatMap(texts -> texts)
        .map(Quoted::sentence);
  }
}
