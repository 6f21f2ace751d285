package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.Observation.Standing.Admits;
import dev.latchkey.ssh.PublicKey;
import dev.latchkey.ssh.SourceRanges;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.testing.Keys;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServerStateTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  private static final ServerState EMPTY = new ServerState(
      Server.added(new ServerName("web"), new NodeId("i-0123456789abcdef0"), "root"), List.of());

  private static final Optional<Instant> NONE = Optional.empty();
  private static final Optional<Grant.End> NO_END = Optional.empty();

  private static Grant grant(long ticket) {
    return Grant.wished(
        ticket,
        1,
        SshUser.ROOT,
        PublicKey.parse(Keys.ed25519()),
        SourceRanges.ofCidrs("192.0.2.0/24"),
        NOW,
        NOW.plusSeconds(3600));
  }

  private static Observation with(
      Observation of, long epoch, long generation, Optional<String> hash) {
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
        of.statement());
  }

  private static Observation stated(ServerState of, Observation.Outcome outcome) {
    return stated(of, outcome, Admits.YES);
  }

  private static Observation stated(ServerState of, Observation.Outcome outcome, Admits admits) {
    var standing = of.wanted().stream()
        .map(one -> new Observation.Standing(
            one.ticket(),
            one.user().value(),
            Observation.Standing.State.PRESENT,
            admits,
            List.of(),
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
        standing,
        ended,
        StatedDoors.ABSENT,
        true,
        List.of(),
        Optional.empty(),
        false,
        Optional.empty(),
        List.of(),
        "{}");
  }

  @Test
  void aGrantIsAuthorizedAsLongAsTheServerWouldAdmitIt() {
    var next = EMPTY.with(grant(1), NOW);

    for (var admits : List.of(Admits.NO, Admits.UNKNOWN)) {
      var refused = next.after(stated(next, Observation.Outcome.DONE, admits), NOW);
      assertThat(refused.server().isConfirmed()).isTrue();
      assertThat(refused.wanted().get(0).authorizedAt()).isEmpty();
    }
    var admitted = next.after(stated(next, Observation.Outcome.DONE), NOW);
    var later = NOW.plusSeconds(60);
    assertThat(admitted
            .after(stated(admitted, Observation.Outcome.DONE), later)
            .wanted()
            .get(0)
            .authorizedAt())
        .contains(NOW);
    assertThat(admitted
            .after(stated(admitted, Observation.Outcome.DONE, Admits.NO), later)
            .wanted()
            .get(0)
            .authorizedAt())
        .isEmpty();
  }

  @Test
  void everyChangeIsTheNextGenerationAndDueSoon() {
    var next = EMPTY.with(grant(1), NOW);

    assertThat(next.server().generation()).isEqualTo(1);
    assertThat(next.server().isConfirmed()).isFalse();
    assertThat(next.server().due()).contains(NOW.plusSeconds(30));
  }

  @Test
  void whatIsStatedWhollyIsConfirmedAndDueAtTheNextEnd() {
    var next = EMPTY.with(grant(1), NOW);

    var after = next.after(stated(next, Observation.Outcome.DONE), NOW);

    assertThat(after.server().isConfirmed()).isTrue();
    assertThat(after.wanted().get(0).authorizedAt()).contains(NOW);
    assertThat(after.server().due()).contains(NOW.plusSeconds(900));
    var late = NOW.plusSeconds(3000);
    assertThat(next.after(stated(next, Observation.Outcome.DONE), late).server().due())
        .contains(NOW.plusSeconds(3600));
  }

  @Test
  void whatIsProvenGoneIsGoneAndNothingIsDue() {
    var ending = EMPTY.with(grant(1), NOW).ending(one -> true, Grant.Reason.REVOKED, NOW);

    var after = ending.after(stated(ending, Observation.Outcome.DONE), NOW);

    assertThat(after.grants()).isEmpty();
    assertThat(after.server().due()).isEmpty();
  }

  @Test
  void anOlderStatementProvesNothingOfALaterGeneration() {
    var first = EMPTY.with(grant(1), NOW);
    var second = first.with(grant(2), NOW);

    var after = second.after(stated(first, Observation.Outcome.DONE), NOW);

    assertThat(after.server().isConfirmed()).isFalse();
    assertThat(after.find(1, SshUser.ROOT).orElseThrow().authorizedAt()).isPresent();
    assertThat(after.find(2, SshUser.ROOT).orElseThrow().authorizedAt()).isEmpty();
  }

  /** Granted and revoked again while what was stated of the first revoke was on its way. */
  @Test
  void anOlderProofProvesNothingOfAGrantThatCameSince() {
    var first = EMPTY.with(grant(1), NOW).ending(one -> true, Grant.Reason.REVOKED, NOW);
    var second = first.with(grant(1), NOW).ending(one -> true, Grant.Reason.REVOKED, NOW);

    assertThat(second.after(stated(first, Observation.Outcome.DONE), NOW).grants())
        .hasSize(1);
    assertThat(second.after(stated(second, Observation.Outcome.DONE), NOW).grants())
        .isEmpty();
  }

  @Test
  void anOlderPresenceAuthorizesNoGrantThatCameSince() {
    var first = EMPTY.with(grant(1), NOW);
    var second = first.with(grant(1), NOW);

    var after = second.after(stated(first, Observation.Outcome.DONE), NOW);

    assertThat(after.wanted().get(0).authorizedAt()).isEmpty();
  }

  @Test
  void whatIsPartlyDoneIsLookedAtAgain() {
    var next = EMPTY.with(grant(1), NOW);

    var after = next.after(stated(next, Observation.Outcome.PARTIAL), NOW);

    assertThat(after.server().isConfirmed()).isFalse();
    assertThat(after.server().due()).isEqualTo(next.server().due());
  }

  @Test
  void declinedOrdersChangeNothing() {
    var next = EMPTY.with(grant(1), NOW);
    for (var outcome : List.of(
        Observation.Outcome.STALE,
        Observation.Outcome.BUSY,
        Observation.Outcome.REFUSED,
        Observation.Outcome.TOO_LATE,
        Observation.Outcome.NO_AGENT,
        Observation.Outcome.NO_PYTHON)) {
      assertThat(next.after(stated(next, outcome), NOW)).isEqualTo(next);
    }
  }

  @Test
  void triesComeLaterAndLaterUpToAnHourOrSo() {
    var state = EMPTY.with(grant(1), NOW);
    var pauses = new ArrayList<Long>();
    for (var i = 0; i < 9; i++) {
      state = state.tryingAgain(NOW);
      pauses.add(Duration.between(NOW, state.server().due().orElseThrow()).toSeconds());
    }

    assertThat(pauses).containsExactly(60L, 120L, 240L, 480L, 960L, 1920L, 3840L, 3840L, 3840L);
  }

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
    var of = grant(1);
    assertThat(Stream.of(
                of,
                new Grant(
                    2,
                    1,
                    of.user(),
                    of.key(),
                    of.from(),
                    NOW,
                    of.expiresAt(),
                    NONE,
                    Optional.empty(),
                    NO_END,
                    NONE,
                    0),
                new Grant(
                    1,
                    1,
                    new SshUser("web"),
                    of.key(),
                    of.from(),
                    NOW,
                    of.expiresAt(),
                    NONE,
                    Optional.empty(),
                    NO_END,
                    NONE,
                    0),
                new Grant(
                    1,
                    1,
                    of.user(),
                    grant(1).key(),
                    of.from(),
                    NOW,
                    of.expiresAt(),
                    NONE,
                    Optional.empty(),
                    NO_END,
                    NONE,
                    0),
                new Grant(
                    1,
                    1,
                    of.user(),
                    of.key(),
                    SourceRanges.ofCidrs("192.0.2.0/25"),
                    NOW,
                    of.expiresAt(),
                    NONE,
                    Optional.empty(),
                    NO_END,
                    NONE,
                    0),
                new Grant(
                    1,
                    1,
                    of.user(),
                    of.key(),
                    of.from(),
                    NOW,
                    of.expiresAt().plusSeconds(1),
                    NONE,
                    Optional.empty(),
                    NO_END,
                    NONE,
                    0))
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
    return switch (random.nextInt(9)) {
      case 0, 1 -> from.with(grant(ticket), NOW);
      case 2 -> from.ending(its, Grant.Reason.REVOKED, NOW);
      case 3 -> from.tryingAgain(NOW);
      case 4 -> from.after(stated(from, Observation.Outcome.DONE), NOW);
      case 5 -> from.holding(its, NOW);
      case 6 -> from.held().isEmpty() ? from : from.letting(from.held().get(0), NOW);
      case 7 -> from.above(ahead(from, random.nextInt(3), "other"), its, NOW);
      default -> from.inNewEpoch(random.nextInt(3), its, NOW);
    };
  }

  private static Observation ahead(ServerState of, long by, String hash) {
    return stated(of, 0, of.server().generation() + by, hash);
  }

  private static Observation stated(ServerState of, long epochs, long generation, String hash) {
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

    assertThat(Lead.of(stated(known, 0, 1, hash), known)).isEqualTo(Lead.NONE);
    assertThat(Lead.of(stated(known, 0, 2, hash), known)).isEqualTo(Lead.NONE);
    assertThat(Lead.of(stated(known, 0, 2, "another"), known)).isEqualTo(Lead.NEAR);
    assertThat(Lead.of(stated(known, 0, 1_002, hash), known)).isEqualTo(Lead.NEAR);
    assertThat(Lead.of(stated(known, 0, 1_003, hash), known)).isEqualTo(Lead.FAR);
    assertThat(Lead.of(stated(known, 0, Server.MOST, hash), known)).isEqualTo(Lead.FAR);
    assertThat(Lead.of(stated(known, 1, 1, hash), known)).isEqualTo(Lead.EPOCH);
    var later = known.inNewEpoch(0, one -> false, NOW);
    assertThat(Lead.of(stated(known, 0, 999, hash), later)).isEqualTo(Lead.NONE);
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

    assertThat(Lead.of(stated(end, 0, Server.MOST, "another"), end)).isEqualTo(Lead.FAR);
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
