package dev.latchkey.ticket;

import dev.latchkey.api.Call;
import dev.latchkey.api.Field;
import dev.latchkey.api.Parameter;
import dev.latchkey.api.ParameterType;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.data.Data;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.SessionId;
import dev.latchkey.server.StatedEnd;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Live sessions that may be the vendor's and that no server can attribute: a person looks, and names those to be ended. */
final class UnattributedData {
  static final Field FIELD = Field.list(
          "unattributed",
          "Live sessions that may be the vendor's, and nobody can tell (an extension); api.end_unattributed ends those that it names. Left out if there are none.",
          Field.text("id", "The session's id, for api.end_unattributed."),
          Field.text("server_name", "The server's name."),
          Field.text("account", "The account that is logged in; null if unknown.")
              .orNull(),
          Field.text("source", "The address that it came from; null if unknown.")
              .orNull(),
          Field.time("since", "When it began; null if unknown.").orNull(),
          Field.text("terminal", "Its terminal; null if it has none.").orNull())
      .atMost(Ticket.MOST_PLACES * SessionId.MOST)
      .optional();

  private static final Parameter<Optional<List<SessionId>>> END = Parameter.optional(
      "api.end_unattributed",
      ParameterType.text(SessionId::parseAll),
      "Ids of live sessions to end too, separated by commas, at most " + SessionId.MOST
          + " (an extension): those that a refused revoke listed as unattributed, and no others.");

  static final Parameter<?> PARAMETER = END;

  private UnattributedData() {}

  static List<SessionId> named(Call call) {
    return END.from(call).orElseGet(List::of);
  }

  static WhmFailure nothingEnds(String what) {
    return END.refused("names sessions, and " + what + "; no session was ended.");
  }

  static Data.Hash of(ServerName server, Stream<StatedEnd> ends) {
    return hash(entries(server, ends));
  }

  /** Left out where there are none. */
  static Data.Hash hash(List<Data> entries) {
    return entries.isEmpty()
        ? Data.hash()
        : Data.hash().with(FIELD.name(), new Data.Sequence(entries));
  }

  static List<Data> entries(ServerName server, Stream<StatedEnd> ends) {
    return ends.flatMap(end -> end.unattributed().items().stream())
        .distinct()
        .<Data>map(session -> Data.hash()
            .with("id", session.id())
            .with("server_name", server.value())
            .with("account", Data.orNull(session.user().map(Data::text)))
            .with("source", Data.orNull(session.from().map(Data::text)))
            .with("since", Data.orNull(session.since().map(TicketData::time)))
            .with("terminal", Data.orNull(session.terminal().map(Data::text))))
        .toList();
  }
}
