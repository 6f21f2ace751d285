package dev.latchkey.ticket;

import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ObservationReader;
import dev.latchkey.server.Server;
import dev.latchkey.server.StatedEnd;
import dev.latchkey.server.StatedEnd.Gone;
import java.util.List;

/** An end that is not proven yet, with what its server stated of it last. */
final class PendingData {
  static final Field FIELD = Field.list(
          "pending",
          "Access that was taken away but is not proven gone yet, so it has no receipt; left out if there is none.",
          Field.text("verdict", "What is known, a sentence."),
          Field.flag("gone", "0."),
          Field.number("ticket_id", "The ticket's number."),
          Field.number("server_num", "The number of the server inside the ticket."),
          Field.text("server_name", "The server's name."),
          Field.text("ssh_username", "The account that the vendor logs in to."),
          Field.text("fingerprint", "The SHA-256 fingerprint of the vendor's key."),
          Field.text(
              "reason", "Why the access is being taken away: REVOKED, EXPIRED, CLOSED or FAILED."),
          Field.time("granted_at", "When it was granted."),
          Field.time("ended_at", "When its end was asked for."),
          Field.time("expires_at", "When the line that Latchkey put there ends by itself."),
          Field.time(
                  "stated_at", "When the server last stated something of it; null if it has not.")
              .orNull(),
          Field.texts("questions", "What stands between it and a proof, as the server stated it."))
      .optional();

  private PendingData() {}

  static Data of(Server server, Grant grant) {
    var stated = server
        .seen()
        .flatMap(seen -> ObservationReader.read(seen.statement()))
        .filter(seen -> seen.epoch() == server.epoch())
        .filter(seen -> seen.generation() >= grant.generation());
    var end = stated.flatMap(seen -> seen.ended(grant));
    return Data.hash()
        .with(
            "verdict",
            end.map(PendingData::verdict)
                .orElse("The server has not stated yet whether access is gone."))
        .with("gone", Data.flag(false))
        .with("ticket_id", grant.ticket())
        .with("server_num", grant.number())
        .with("server_name", server.name().value())
        .with("ssh_username", grant.user().value())
        .with("fingerprint", grant.key().fingerprint())
        .with("reason", grant.end().orElseThrow().reason().name())
        .with("granted_at", TicketData.time(grant.grantedAt()))
        .with("ended_at", TicketData.time(grant.end().orElseThrow().at()))
        .with("expires_at", TicketData.time(grant.expiresAt()))
        .with(
            "stated_at",
            Data.orNull(end.flatMap(known -> stated.map(Observation::at)).map(TicketData::time)))
        .with("questions", Data.texts(end.map(StatedEnd::obstacles).orElseGet(List::of)));
  }

  private static String verdict(StatedEnd end) {
    return end.gone() == Gone.NO
        ? "Access is not gone."
        : "It is not known whether access is gone.";
  }
}
