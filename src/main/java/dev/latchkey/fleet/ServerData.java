package dev.latchkey.fleet;

import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.ReleasedAgent;
import dev.latchkey.server.Grant;
import dev.latchkey.server.ListedServer;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Server;
import dev.latchkey.server.ServerTable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How servers and grants are shown. */
final class ServerData {
  static final List<Field> SERVER = List.of(
      Field.text("name", "The server's name."),
      Field.text("node", "Its node id in Systems Manager."),
      Field.text("owner", "The user whose server it is."),
      Field.text(
          "key_file",
          "Where it keeps the keys of grants: “managed” or “account”, as fleet_server_update has it."),
      Field.text(
              "revoked_keys",
              "“krl” if sshd refuses revoked keys by a KRL of ours; left out if the sweep alone keeps them out.")
          .optional(),
      Field.text(
              "firewall",
              "“closed” if ticket_whitelist_unsetup closed its firewall to everybody; left out if not.")
          .optional(),
      Field.number(
              "epoch",
              "The epoch of its generations, which fleet_server_reset and fleet_hold count up; left out in the first, 0.")
          .optional(),
      Field.number("generation", "The number of its wanted state, which each change counts up."),
      Field.flag("confirmed", "1 if it has stated that it is in its wanted state."),
      Field.time("seen_at", "When it last stated something; null for never.").orNull(),
      Field.text("agent_version", "The agent's version, as last stated; null if unknown.")
          .orNull(),
      Field.text(
              "agent_sha256",
              "The SHA-256 of the agent's archive, which tells agents apart, as last stated; null if unknown.")
          .orNull(),
      Field.flag(
              "agent_current",
              "1 if that is the agent that this release carries, 0 if another; null if unknown.")
          .orNull(),
      Field.text("ssh_version", "OpenSSH's version, as last stated; null if unknown.")
          .orNull());

  /** Of a list: see {@link ListedServer}. */
  static final List<Field> LISTED = SERVER.stream()
      .map(field -> field.name().equals("seen_at")
          ? Field.time(
                  "seen_at",
                  "When it last stated something, up to an hour too early; null for never. fleet_server_check looks now.")
              .orNull()
          : field)
      .toList();

  static final List<Field> GRANT = List.of(
      Field.number("ticket_id", "The ticket's number."),
      Field.number("server_num", "The number of the server inside the ticket."),
      Field.text("ssh_username", "The account that the vendor logs in to."),
      Field.texts("from", "The CIDR ranges that the vendor logs in from."),
      Field.text("fingerprint", "The SHA-256 fingerprint of the vendor's key."),
      Field.time("expires_at", "When the access ends by itself."),
      Field.flag("wanted", "1 if it is granted, 0 if it is being taken away or is held."),
      Field.flag(
              "held", "1 if it is held: no order carries it until ticket_hold_end lets or ends it.")
          .optional(),
      Field.text(
          "state",
          "What the server states of it: PRESENT, MISSING, EXPIRED or FAILED; UNKNOWN if nothing."),
      Field.text("file", "The file that has the vendor's line; left out if none was told.")
          .optional(),
      Field.text(
              "would_admit",
              "Whether sshd would let the vendor in from all his addresses: “yes”, “no” or “unknown”; left out if the line does not stand.")
          .optional(),
      Field.texts("because", "What keeps him out, and how to fix it; left out with would_admit.")
          .optional(),
      Field.text("problem", "What keeps the grant from being whole; left out if nothing does.")
          .optional());

  private ServerData() {}

  static Data.Hash of(Server server) {
    return of(ServerTable.listed(server));
  }

  static Data.Hash of(ListedServer server) {
    return Data.hash()
        .with("name", server.name().value())
        .with("node", server.node().value())
        .with("owner", server.owner())
        .with("key_file", server.keyFiles())
        .with("revoked_keys", server.revokedKeys().map(Data::text))
        .with("firewall", server.firewall().map(Data::text))
        .with("epoch", Optional.of(server.epoch()).filter(epoch -> epoch > 0).map(Data::number))
        .with("generation", server.generation())
        .with("confirmed", Data.flag(server.confirmed()))
        .with("seen_at", Data.orNull(server.seenAt().map(ServerData::time)))
        .with("agent_version", Data.orNull(server.agentVersion().map(Data::text)))
        .with("agent_sha256", Data.orNull(server.agentSha256().map(Data::text)))
        .with(
            "agent_current",
            Data.orNull(server.agentSha256().map(ReleasedAgent.sha256()::equals).map(Data::flag)))
        .with("ssh_version", Data.orNull(server.sshVersion().map(Data::text)));
  }

  static Data.Hash of(Grant grant, Optional<Observation.Standing> standing) {
    var present = standing.filter(found -> found.state() == Observation.Standing.State.PRESENT);
    return Data.hash()
        .with("ticket_id", grant.ticket())
        .with("server_num", grant.number())
        .with("ssh_username", grant.user().value())
        .with("from", Data.texts(grant.from().cidrs()))
        .with("fingerprint", grant.key().fingerprint())
        .with("expires_at", time(grant.expiresAt()))
        .with("wanted", Data.flag(grant.isWanted()))
        .with("held", Optional.of(grant).filter(Grant::isHeld).map(held -> Data.flag(true)))
        .with("state", standing.map(found -> found.state().name()).orElse("UNKNOWN"))
        .with("file", standing.flatMap(Observation.Standing::file).map(Data::text))
        .with("would_admit", present.map(found -> Data.text(LoginData.word(found.admits()))))
        .with("because", present.map(found -> Data.texts(found.because())))
        .with("problem", standing.flatMap(Observation.Standing::problem).map(Data::text));
  }

  static Data time(Instant at) {
    return Data.number(at.getEpochSecond());
  }
}
