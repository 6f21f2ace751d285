package dev.latchkey.server;

import static dev.latchkey.server.ServerStates.EMPTY;
import static dev.latchkey.server.ServerStates.NOW;
import static dev.latchkey.server.ServerStates.grant;
import static dev.latchkey.server.ServerStates.revoked;
import static dev.latchkey.server.ServerStates.stated;
import static dev.latchkey.server.ServerStates.stating;
import static dev.latchkey.server.ServerStates.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.StatedEnd.Gone;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Revoked keys as part of the wanted state: what is wanted, what is due, and what proves it. */
class RevocationsTest {
  private static final String KEY = fingerprint(1);

  private static String fingerprint(int number) {
    return "SHA256:%042dA".formatted(number);
  }

  private static Revocation wished(int number) {
    return Revocation.wished(
        fingerprint(number), NOW.plusSeconds(number), "root", Optional.empty());
  }

  private static ServerState revoking(int... numbers) {
    var state = EMPTY;
    for (var number : numbers) {
      state = state.revoking(wished(number), NOW);
    }
    return state;
  }

  @Test
  void aRevokedKeyIsPartOfTheHashAndWithoutOneTheHashStaysWhatItWas() {
    var before = EMPTY.with(grant(1), NOW);
    var revoked = before.revoking(wished(1), NOW);

    assertThat(revoked.server().generation()).isEqualTo(before.server().generation() + 1);
    assertThat(revoked.hash()).isNotEqualTo(before.hash());
    assertThat(revoked.allowing(KEY, NOW).hash()).isEqualTo(before.hash());
    assertThat(before.keeping(RevokedKeys.KRL, NOW).hash()).isNotEqualTo(before.hash());
    assertThat(
            before.keeping(RevokedKeys.KRL, NOW).keeping(RevokedKeys.SWEEP, NOW).hash())
        .isEqualTo(before.hash());
    assertThat(revoking(1, 2).hash()).isEqualTo(revoking(2, 1).hash());
    assertThat(revoked.after(stated(revoked, Observation.Outcome.DONE), NOW).hash())
        .isEqualTo(revoked.hash());
  }

  /** A table that was restored may have lost it: the server's word can only close. */
  @Test
  void whatTheServerKeepsOutAndWeDoNotKnowOfIsWantedFromThenOn() {
    var before = EMPTY.with(grant(1), NOW);
    var stated =
        stating(stated(before, Observation.Outcome.DONE), List.of(ServerStates.keeping(KEY)));

    var after = before.after(stated, NOW);

    assertThat(after.revocations().fingerprints()).containsExactly(KEY);
    assertThat(after.revocations().unproven()).hasSize(1);
    assertThat(after.server().generation()).isEqualTo(before.server().generation() + 1);
    assertThat(after.isOrderDue(NOW)).isTrue();
    assertThat(before.above(stated, one -> false, NOW).revocations().fingerprints())
        .containsExactly(KEY);
    var proven = after.after(
        stating(stated(after, Observation.Outcome.DONE), List.of(ServerStates.keeping(KEY))), NOW);
    assertThat(proven.server().generation()).isEqualTo(after.server().generation());
  }

  @Test
  void aServerThatStatesTooMuchIsBelievedAHundredKeys() {
    var all = IntStream.range(0, 150)
        .mapToObj(i -> ServerStates.keeping(fingerprint(i)))
        .toList();
    var stated = stating(stated(EMPTY.with(grant(1), NOW), Observation.Outcome.DONE), all);

    assertThat(EMPTY.with(grant(1), NOW).revocations().all()).isEmpty();
    assertThat(Revocations.NONE.adopting(stated.keptRevoked(), NOW, 1).all())
        .hasSize(Revocations.MOST);
  }

  @Test
  void theGrantsOfTheKeyEndInTheSameGenerationTheHeldOnesToo() {
    var first = grant(1);
    var before =
        EMPTY.with(first, NOW).with(grant(2), NOW).holding(one -> one.is(1, one.user()), NOW);

    var after = before.revoking(
        Revocation.wished(first.key().fingerprint(), NOW, "root", Optional.empty()), NOW);

    assertThat(after.server().generation()).isEqualTo(before.server().generation() + 1);
    assertThat(after.ending()).singleElement().matches(one -> one.ticket() == 1);
    assertThat(after.wanted()).singleElement().matches(one -> one.ticket() == 2);
    assertThat(after.revocations().all())
        .singleElement()
        .matches(one -> one.generation() == after.server().generation());
  }

  @Test
  void whatIsRevokedAlreadyIsNotChangedByAskingAgain() {
    var revoked = revoking(1);

    assertThat(revoked.revoking(wished(1), NOW.plusSeconds(9))).isEqualTo(revoked);
    var proven = revoked.after(stated(revoked, Observation.Outcome.DONE), NOW);
    assertThat(proven.revoking(wished(1), NOW.plusSeconds(9))).isEqualTo(proven);
  }

  /** As a grant that is not proven gone does. */
  @Test
  void aKeyThatIsNotProvenGoneKeepsTheServerDue() {
    var revoked = revoking(1);
    var unknown =
        stating(stated(revoked, Observation.Outcome.DONE), List.of(revoked(KEY, Gone.UNKNOWN)));

    for (var statement : List.of(unknown, stating(unknown, List.of()))) {
      var after = revoked.after(statement, NOW);
      assertThat(after.revocations().unproven()).hasSize(1);
      assertThat(after.server().isConfirmed()).isFalse();
      assertThat(after.server().due()).isPresent();
      assertThat(after.isOrderDue(NOW)).isTrue();
      assertThat(after.isLookDue()).isFalse();
    }
    var proven = revoked.after(stated(revoked, Observation.Outcome.DONE), NOW);
    assertThat(proven.revocations().find(KEY).orElseThrow().isProven()).isTrue();
    assertThat(proven.server().isConfirmed()).isTrue();
    assertThat(proven.server().due()).isEmpty();
  }

  @Test
  void whatIsStatedOfAnEarlierWantedStateOrOfAnotherProvesNothing() {
    var before = EMPTY.with(grant(1), NOW);
    var revoked = before.revoking(wished(1), NOW);
    var proof = List.of(revoked(KEY, Gone.YES));

    var earlier = stating(stated(before, Observation.Outcome.DONE), proof);
    assertThat(revoked.after(earlier, NOW).revocations().unproven()).hasSize(1);
    var own = stated(revoked, Observation.Outcome.DONE);
    var another = with(own, own.epoch(), own.generation(), Optional.of("another"));
    assertThat(revoked.after(another, NOW).revocations().unproven()).hasSize(1);
    var stale = stating(stated(revoked, Observation.Outcome.STALE), proof);
    assertThat(revoked.after(stale, NOW).revocations().unproven()).hasSize(1);
  }

  /** Nothing was due any more: it is due again, and by an order. */
  @Test
  void aKeyThatIsBackIsNoLongerProvenGone() {
    var revoked = revoking(1);
    var proven = revoked.after(stated(revoked, Observation.Outcome.DONE), NOW);
    var back = stating(stated(proven, Observation.Outcome.PARTIAL), List.of(revoked(KEY, Gone.NO)));

    var after = proven.after(back, NOW.plusSeconds(60));

    assertThat(after.revocations().unproven()).hasSize(1);
    assertThat(after.server().due()).isPresent();
    assertThat(after.isOrderDue(NOW.plusSeconds(60))).isTrue();
    // That it was found and taken out, and what is not known, leave the proof as it is.
    for (var gone : List.of(Gone.YES, Gone.UNKNOWN)) {
      var told = stating(stated(proven, Observation.Outcome.DONE), List.of(revoked(KEY, gone)));
      assertThat(proven.after(told, NOW).revocations()).isEqualTo(proven.revocations());
    }
  }

  @Test
  void twentyAreToldOfTheLatestFirstAndOthersWithEachRepeat() {
    var state = revoking(IntStream.rangeClosed(1, 50).toArray());

    var first = state.revocations().told(state.server().attempts());

    assertThat(first).hasSize(20).contains(fingerprint(50), fingerprint(31)).isSorted();
    var seen = new HashSet<String>();
    for (var tries = 0; tries < 3; tries++) {
      var told = state.revocations().told(state.server().attempts());
      assertThat(told).hasSize(20);
      seen.addAll(told);
      state = state.tryingAgain(NOW);
    }
    assertThat(seen).hasSize(50);
  }

  /** Each has a receipt in the transaction, beside two items of each grant. */
  @Test
  void noMoreBecomeProvenByOneStatementThanATransactionHasRoomFor() {
    var state = EMPTY;
    for (var ticket = 1; ticket <= 30; ticket++) {
      state = state.with(grant(ticket), NOW);
    }
    for (var number = 1; number <= 15; number++) {
      state = state.revoking(wished(number), NOW);
    }
    state = state.ending(one -> true, Grant.Reason.REVOKED, NOW);

    var after = state.after(stated(state, Observation.Outcome.DONE), NOW);

    assertThat(after.grants()).isEmpty();
    assertThat(after.revocations().unproven()).hasSize(5);
    assertThat(after.server().isConfirmed()).isFalse();
    var last = after.after(stated(after, Observation.Outcome.DONE), NOW);
    assertThat(last.revocations().unproven()).isEmpty();
    assertThat(last.server().isConfirmed()).isTrue();
  }

  @Test
  void anotherMachineHasToProveItAnewAndAnotherOwnerHasNot() {
    var revoked = revoking(1);
    var proven = revoked.after(stated(revoked, Observation.Outcome.DONE), NOW);

    var elsewhere = proven.moved(new NodeId("i-00000000000000001"), "root", NOW);

    assertThat(elsewhere.revocations().unproven())
        .singleElement()
        .matches(one -> one.generation() == elsewhere.server().generation());
    assertThat(elsewhere.server().generation()).isEqualTo(proven.server().generation() + 1);
    assertThat(elsewhere.server().due()).isPresent();
    var owned = proven.moved(proven.server().node(), "reseller", NOW);
    assertThat(owned.revocations()).isEqualTo(proven.revocations());
    assertThat(owned.server().generation()).isEqualTo(proven.server().generation());
  }

  @Test
  void aNewEpochKeepsThemAll() {
    var revoked = revoking(1, 2);

    var later = revoked.inNewEpoch(0, one -> true, NOW);

    assertThat(later.revocations().fingerprints())
        .isEqualTo(revoked.revocations().fingerprints());
    assertThat(later
            .after(stated(later, Observation.Outcome.DONE), NOW)
            .revocations()
            .unproven())
        .isEmpty();
  }
}
