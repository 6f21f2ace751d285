package dev.latchkey.server;

import dev.latchkey.server.Observation.Standing.Admits;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.testing.Keys;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A server without grants, grants for it, and what it states of them. */
final class ServerStates {
  static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  static final ServerState EMPTY = new ServerState(
      Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root"), List.of());

  static Grant grant(long ticket) {
    return Grant.wished(
        ticket,
        1,
        SshUser.ROOT,
        PublicKey.parse(Keys.ed25519()),
        SourceRanges.ofCidrs("192.0.2.0/24"),
        NOW,
        NOW.plusSeconds(3600));
  }

  static Observation with(Observation of, long epoch, long generation, Optional<String> hash) {
    return new Observation(
        of.outcome(),
        of.request(),
        of.node(),
        epoch,
        generation,
        hash,
        of.at(),
        of.problem(),
        of.agentVersion(),
        of.agentSha256(),
        of.sshVersion(),
        of.grants(),
        of.ended(),
        of.doors(),
        of.auditLogWritten(),
        of.unmanaged(),
        of.action(),
        of.simulated(),
        of.sweep(),
        of.faulty(),
        of.revoked(),
        of.host(),
        of.statement());
  }

  static Observation stated(ServerState of, Observation.Outcome outcome) {
    return stated(of, outcome, Admits.YES);
  }

  static Observation stated(ServerState of, Observation.Outcome outcome, Admits admits) {
    var standing = of.wanted().stream()
        .map(one -> new Observation.Standing(
            one.ticket(),
            one.user().value(),
            Observation.Standing.State.PRESENT,
            admits,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty()))
        .toList();
    var ended = of.ending().stream()
        .map(one -> StatedEnd.of(one.ticket(), one.user(), StatedEnd.Gone.YES))
        .toList();
    return new Observation(
        outcome,
        "request",
        "i-0123456789abcdef0",
        of.server().epoch(),
        of.server().generation(),
        Optional.of(of.hash()),
        NOW,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        standing,
        ended,
        StatedDoors.ABSENT,
        true,
        List.of(),
        Optional.empty(),
        false,
        Optional.empty(),
        List.of(),
        of.revocations().unproven().stream()
            .map(one -> revoked(one.fingerprint(), StatedEnd.Gone.YES))
            .toList(),
        StatedHost.UNKNOWN,
        "{}");
  }

  static StatedRevocation revoked(String fingerprint, StatedEnd.Gone gone) {
    return revoked(fingerprint, gone, false);
  }

  /** One that is revoked there although the order did not say so. */
  static StatedRevocation keeping(String fingerprint) {
    return revoked(fingerprint, StatedEnd.Gone.UNKNOWN, true);
  }

  private static StatedRevocation revoked(String fingerprint, StatedEnd.Gone gone, boolean kept) {
    return new StatedRevocation(
        fingerprint,
        gone,
        false,
        kept,
        Optional.empty(),
        StatedList.empty(),
        StatedList.empty(),
        StatedList.empty(),
        StatedList.empty(),
        StatedList.empty(),
        StatedList.empty(),
        StatedList.empty(),
        "{\"fingerprint\":\"" + fingerprint + "\"}");
  }

  /** The same with other entries of revoked keys. */
  static Observation stating(Observation of, List<StatedRevocation> revoked) {
    return new Observation(
        of.outcome(),
        of.request(),
        of.node(),
        of.epoch(),
        of.generation(),
        of.hash(),
        of.at(),
        of.problem(),
        of.agentVersion(),
        of.agentSha256(),
        of.sshVersion(),
        of.grants(),
        of.ended(),
        of.doors(),
        of.auditLogWritten(),
        of.unmanaged(),
        of.action(),
        of.simulated(),
        of.sweep(),
        of.faulty(),
        revoked,
        of.host(),
        of.statement());
  }

  private ServerStates() {}
}
