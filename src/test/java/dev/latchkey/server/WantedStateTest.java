package dev.latchkey.server;

import static dev.latchkey.server.ServerStates.EMPTY;
import static dev.latchkey.server.ServerStates.NOW;
import static dev.latchkey.server.ServerStates.grant;
import static dev.latchkey.server.ServerStates.stated;
import static dev.latchkey.server.ServerStates.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.testing.Keys;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which wanted state an order and a statement speak of: epoch, generation and hash. */
class WantedStateTest {
  @Test
  void aRepeatHasTheHashOfItsGenerationAndEveryChangeAnother() {
    var wanted = EMPTY.with(grant(1), NOW).with(grant(2), NOW);
    var hash = wanted.hash();

    assertThat(wanted.tryingAgain(NOW).hash()).isEqualTo(hash);
    assertThat(wanted.after(stated(wanted, Observation.Outcome.DONE), NOW).hash())
        .isEqualTo(hash);
    assertThat(wanted
            .after(stated(wanted, Observation.Outcome.DONE), NOW.plusSeconds(9999))
            .hash())
        .isEqualTo(hash);
    var ending = wanted.ending(one -> one.ticket() == 1, Grant.Reason.REVOKED, NOW);
    assertThat(ending.hash()).isNotEqualTo(hash);
    assertThat(ending.after(stated(ending, Observation.Outcome.DONE), NOW).hash())
        .isEqualTo(ending.hash());
    assertThat(wanted.holding(one -> one.ticket() == 1, NOW).hash()).isEqualTo(ending.hash());
    assertThat(hash).matches("[0-9a-f]{64}");
  }

  @Test
  void theOrderOfGrantsDoesNotMatterToTheHashAndAllThatIsSentDoes() {
    var one = EMPTY.with(grant(1), NOW).with(grant(2), NOW);
    var other = EMPTY
        .with(one.find(2, SshUser.ROOT).orElseThrow(), NOW)
        .with(one.find(1, SshUser.ROOT).orElseThrow(), NOW);
    assertThat(other.hash()).isEqualTo(one.hash());

    assertThat(one.keeping(KeyFiles.MANAGED, NOW).hash()).isNotEqualTo(one.hash());
    assertThat(one.with(Firewall.CLOSED, NOW).hash()).isNotEqualTo(one.hash());
    assertThat(one.with(Firewall.CLOSED, NOW).with(Firewall.OPEN, NOW).hash())
        .isEqualTo(one.hash());
    var user = SshUser.ROOT;
    var key = PublicKey.parse(Keys.ed25519());
    var from = SourceRanges.ofCidrs("192.0.2.0/24");
    var end = NOW.plusSeconds(3600);
    assertThat(Stream.of(
                Grant.wished(1, 1, user, key, from, NOW, end),
                Grant.wished(2, 1, user, key, from, NOW, end),
                Grant.wished(1, 1, new SshUser("web"), key, from, NOW, end),
                Grant.wished(1, 1, user, GrantAccount.OWN, key, from, NOW, end),
                Grant.wished(1, 1, user, GrantAccount.OWN_WITH_SUDO, key, from, NOW, end),
                Grant.wished(1, 1, user, PublicKey.parse(Keys.ed25519()), from, NOW, end),
                Grant.wished(1, 1, user, key, SourceRanges.ofCidrs("192.0.2.0/25"), NOW, end),
                Grant.wished(1, 1, user, key, from, NOW, end.plusSeconds(1)))
            .map(grant -> EMPTY.with(grant, NOW).hash()))
        .doesNotHaveDuplicates();
  }

  /** Whatever is done, in whatever sequence: else a server would take one wanted state for the repeat of another. */
  @Test
  void noTwoWantedStatesShareAGeneration() {
    var random = new Random(20);
    for (var walk = 0; walk < 50; walk++) {
      var hashes = new HashMap<String, String>();
      var state = EMPTY;
      for (var step = 0; step < 60; step++) {
        state = step(state, random);
        var server = state.server();
        if (server.generation() > 0) {
          assertThat(hashes.merge(
                  server.epoch() + " " + server.generation(),
                  state.hash(),
                  (known, again) -> known))
              .isEqualTo(state.hash());
        }
      }
    }
  }

  private static ServerState step(ServerState from, Random random) {
    var ticket = 1 + random.nextInt(4);
    Predicate<Grant> its = one -> one.ticket() == ticket;
    return switch (random.nextInt(13)) {
      case 0, 1 -> from.with(grant(ticket), NOW);
      case 2 -> from.ending(its, Grant.Reason.REVOKED, NOW);
      case 3 -> from.tryingAgain(NOW);
      case 4 -> from.after(stated(from, Observation.Outcome.DONE), NOW);
      case 5 -> from.holding(its, NOW);
      case 6 -> from.held().isEmpty() ? from : from.letting(from.held().get(0), NOW);
      case 7 -> from.above(ahead(from, random.nextInt(3), "other"), its, NOW);
      case 8 -> from.with(random.nextBoolean() ? Firewall.CLOSED : Firewall.OPEN, NOW);
      case 9 -> from.revoking(revocation(ticket), NOW);
      case 10 -> from.allowing(revocation(ticket).fingerprint(), NOW);
      case 11 -> from.keeping(random.nextBoolean() ? RevokedKeys.KRL : RevokedKeys.SWEEP, NOW);
      default -> from.inNewEpoch(random.nextInt(3), its, NOW);
    };
  }

  private static Revocation revocation(long key) {
    return Revocation.wished("SHA256:%042dA".formatted(key), NOW, "root", Optional.empty());
  }

  private static Observation ahead(ServerState of, long by, String hash) {
    return stale(of, 0, of.server().generation() + by, hash);
  }

  private static Observation stale(ServerState of, long epochs, long generation, String hash) {
    var own = stated(of, Observation.Outcome.STALE);
    return ObservationReader.read(
            "{\"latchkey\":1,\"outcome\":\"STALE\",\"epoch\":" + (own.epoch() + epochs)
                + ",\"generation\":" + generation + ",\"hash\":\"" + hash + "\"}")
        .orElseThrow();
  }

  @Test
  void aServerIsFollowedUpToAThousandGenerationsAhead() {
    var known = EMPTY.with(grant(1), NOW).with(grant(2), NOW);
    var hash = known.hash();

    assertThat(Lead.of(stale(known, 0, 1, hash), known)).isEqualTo(Lead.NONE);
    assertThat(Lead.of(stale(known, 0, 2, hash), known)).isEqualTo(Lead.NONE);
    assertThat(Lead.of(stale(known, 0, 2, "another"), known)).isEqualTo(Lead.NEAR);
    assertThat(Lead.of(stale(known, 0, 1_002, hash), known)).isEqualTo(Lead.NEAR);
    assertThat(Lead.of(stale(known, 0, 1_003, hash), known)).isEqualTo(Lead.FAR);
    assertThat(Lead.of(stale(known, 0, Server.MOST, hash), known)).isEqualTo(Lead.FAR);
    assertThat(Lead.of(stale(known, 1, 1, hash), known)).isEqualTo(Lead.EPOCH);
    var later = known.inNewEpoch(0, one -> false, NOW);
    assertThat(Lead.of(stale(known, 0, 999, hash), later)).isEqualTo(Lead.NONE);
  }

  /** Also of one whose number is below ours: it belongs to another count. */
  @Test
  void whatIsStatedInAnEarlierEpochProvesNothing() {
    var ending = EMPTY.with(grant(1), NOW).ending(one -> true, Grant.Reason.REVOKED, NOW);
    var again = ending.again(NOW);
    var own = stated(again, Observation.Outcome.DONE);
    var later = again.inNewEpoch(0, one -> false, NOW);

    assertThat(again.again(NOW).after(own, NOW).grants()).isEmpty();
    assertThat(later.after(own, NOW).grants()).hasSize(1);
  }

  /** Our own number never comes near the bound, and if it did, nothing above it would be made. */
  @Test
  void noNumberGoesAboveWhatJsonKeeps() {
    var end = new ServerState(EMPTY.server().ordering(0, Server.MOST, NOW), List.of());

    assertThat(Lead.of(stale(end, 0, Server.MOST, "another"), end)).isEqualTo(Lead.FAR);
    var next = end.with(grant(1), NOW);
    assertThat(next.server().epoch()).isEqualTo(1);
    assertThat(next.server().generation()).isEqualTo(1);
    assertThat(next.after(stated(next, Observation.Outcome.DONE), NOW).server().isConfirmed())
        .isTrue();
  }

  @Test
  void aboveAServerOlderGrantsAreHeldAndTheNewOneIsNot() {
    var made = grant(2);
    var known = EMPTY.with(grant(1), NOW.minusSeconds(60)).with(made, NOW);

    var above = known.above(ahead(known, 7, "other"), grant -> grant.isOf(made), NOW);

    assertThat(above.server().generation()).isEqualTo(10);
    assertThat(above.wanted()).singleElement().matches(one -> one.ticket() == 2);
    assertThat(above.held()).singleElement().matches(one -> one.ticket() == 1);
    var stated = above.after(stated(above, Observation.Outcome.DONE), NOW);
    assertThat(stated.server().isConfirmed()).isTrue();
    assertThat(stated.held()).hasSize(1);
    assertThat(stated.server().due()).isPresent();
  }

  @Test
  void whatIsStatedOfAnotherWantedStateProvesNothing() {
    var ending = EMPTY.with(grant(1), NOW).ending(one -> true, Grant.Reason.REVOKED, NOW);
    var own = stated(ending, Observation.Outcome.DONE);
    for (var other : List.of(
        with(own, own.epoch() + 1, own.generation(), own.hash()),
        with(own, own.epoch(), own.generation() + 1, own.hash()),
        with(own, own.epoch(), own.generation(), Optional.of("another")),
        with(own, own.epoch(), Server.MOST, own.hash()))) {
      var after = ending.after(other, NOW);
      assertThat(after.grants()).as(other.toString()).isEqualTo(ending.grants());
      assertThat(after.server().isConfirmed()).isFalse();
    }
  }
}
