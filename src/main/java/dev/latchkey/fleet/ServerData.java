package dev.latchkey.fleet;

import dev.latchkey.data.Data;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ObservationReader;
import dev.latchkey.server.Server;
import dev.latchkey.server.Server.Seen;
import java.time.Instant;
import java.util.Optional;

/** How servers and grants are shown. */
final class ServerData {
  private ServerData() {}

  static Data.Hash of(Server server) {
    var stated = server.seen().flatMap(seen -> ObservationReader.read(seen.statement()));
    return Data.hash()
        .with("name", server.name().value())
        .with("node", server.node().value())
        .with("owner", server.owner())
        .with("generation", server.generation())
        .with("confirmed", Data.flag(server.isConfirmed()))
        .with("seen_at", Data.orNull(server.seen().map(Seen::at).map(ServerData::time)))
        .with(
            "agent_version",
            Data.orNull(stated.flatMap(Observation::agentVersion).map(Data::text)))
        .with("ssh_version", Data.orNull(stated.flatMap(Observation::sshVersion).map(Data::text)));
  }

  static Data.Hash of(Grant grant, Optional<Observation> stated) {
    var standing = stated.flatMap(seen -> seen.standing(grant));
    return Data.hash()
        .with("ticket_id", grant.ticket())
        .with("server_num", grant.number())
        .with("ssh_username", grant.user().value())
        .with("fingerprint", grant.key().fingerprint())
        .with("expires_at", time(grant.expiresAt()))
        .with("wanted", Data.flag(grant.isWanted()))
        .with("state", standing.map(one -> one.state().name()).orElse("UNKNOWN"))
        .with("problem", standing.flatMap(Observation.Standing::problem).map(Data::text));
  }

  static Data time(Instant at) {
    return Data.number(at.getEpochSecond());
  }
}
