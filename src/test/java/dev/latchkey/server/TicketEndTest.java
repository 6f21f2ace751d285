package dev.latchkey.server;

import static dev.latchkey.server.ServerStates.EMPTY;
import static dev.latchkey.server.ServerStates.NOW;
import static dev.latchkey.server.ServerStates.grant;
import static dev.latchkey.server.ServerStates.stated;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.Observation.Outcome;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What of a ticket stands on a server, and how it ends when the ticket is closed. */
class TicketEndTest {
  private static final ServerState TWO = EMPTY.with(grant(1), NOW).with(grant(2), NOW);
  private static final Instant LATE = NOW.plusSeconds(3600);

  @Test
  void aTicketThatIsClosedEndsItsGrantsAndNoOthers() {
    var closed = TWO.endingAll(1, "listed", NOW);

    assertThat(closed.grantsOf(1)).hasSize(1).allMatch(Grant::isEnding);
    assertThat(closed.grantsOf(1).get(0).closed()).contains("listed");
    assertThat(closed.grantsOf(2)).isEqualTo(TWO.grantsOf(2));
    assertThat(closed.server().generation()).isEqualTo(TWO.server().generation() + 1);
    assertThat(closed.endingAll(1, "listed", NOW)).isSameAs(closed);
  }

  /** No order changes, so there is no other generation; but the grant learns that its ticket is closed. */
  @Test
  void whatWasRevokedBeforeLearnsThatItsTicketIsClosed() {
    var revoked = TWO.ending(grant -> grant.ticket() == 1, Grant.Reason.REVOKED, NOW);

    var closed = revoked.endingAll(1, "listed", NOW);

    assertThat(closed.server().generation()).isEqualTo(revoked.server().generation());
    assertThat(closed.server().revision()).isEqualTo(revoked.server().revision() + 1);
    assertThat(closed.grantsOf(1).get(0).closed()).contains("listed");
    assertThat(closed.grantsOf(1).get(0).end().orElseThrow().reason())
        .isEqualTo(Grant.Reason.REVOKED);
    assertThat(closed.grantsOf(2).get(0).closed()).isEmpty();
  }

  @Test
  void aGrantThatTheServerNeverHadLeavesWithoutAProof() {
    var without = TWO.without(TWO.grantsOf(1).get(0), NOW);

    assertThat(without.grants()).isEqualTo(TWO.grantsOf(2));
    assertThat(without.server().generation()).isEqualTo(TWO.server().generation() + 1);
  }

  /** What is wanted counts also after its end, as nobody has proven it gone; what ends counts until its time is over. */
  @Test
  void whatMayStillLetSomebodyInStands() {
    var ending = TWO.ending(grant -> grant.ticket() == 1, Grant.Reason.REVOKED, NOW);

    assertThat(ending.standing(NOW)).hasSize(2);
    assertThat(ending.standing(LATE)).isEqualTo(ending.grantsOf(2));
    assertThat(ending.live(NOW)).isEqualTo(ending.grantsOf(2));
    assertThat(ending.live(LATE)).isEmpty();
  }

  @Test
  void asManyGrantsAsTheDeploymentAllowsAndNoMore() {
    assertThat(TWO.holdsMoreThan(2)).isFalse();
    assertThat(TWO.holdsMoreThan(1)).isTrue();
    var full = EMPTY;
    for (var ticket = 1; ticket <= ServerState.MOST_GRANTS; ticket++) {
      full = full.with(grant(ticket), NOW);
    }
    assertThat(full.holdsMoreThan(1000)).isFalse();
    assertThat(full.with(grant(1000), NOW).holdsMoreThan(1000)).isTrue();
  }

  @Test
  void aHeldGrantIsLetAndTheOthersStayAsTheyAre() {
    var held = TWO.holding(grant -> true, NOW);

    var let = held.letting(held.grantsOf(1).get(0), LATE);

    assertThat(let.grantsOf(1).get(0).isWanted()).isTrue();
    assertThat(let.grantsOf(1).get(0).grantedAt()).isEqualTo(LATE);
    assertThat(let.grantsOf(2)).isEqualTo(held.grantsOf(2));
  }

  /** Before its first order a server keeps nothing anywhere, so a choice of files is no order. */
  @Test
  void theChoiceOfFilesIsAnOrderOnceThereWasOne() {
    var files = KeyFiles.parse("managed");

    assertThat(EMPTY.keeping(files, NOW).server().generation()).isZero();
    assertThat(EMPTY.keeping(files, NOW).server().keyFiles()).isEqualTo(files);
    assertThat(TWO.keeping(files, NOW).server().generation())
        .isEqualTo(TWO.server().generation() + 1);
  }

  @Test
  void aNewEpochIsAboveOursAndThatOfTheServer() {
    assertThat(TWO.inNewEpoch(7, grant -> false, NOW).server().epoch()).isEqualTo(8);
    assertThat(TWO.inNewEpoch(0, grant -> false, NOW).server().epoch()).isEqualTo(1);
    assertThat(TWO.inNewEpoch(0, grant -> false, NOW).server().generation())
        .isEqualTo(TWO.server().generation() + 1);

    var last = new ServerState(TWO.server().ordering(0, Server.MOST, NOW), TWO.grants());
    var next = last.inNewEpoch(0, grant -> false, NOW);
    assertThat(next.server().generation()).isEqualTo(1);
    assertThat(next.grants()).allMatch(grant -> grant.generation() == 1);
  }

  @Test
  void aStatementIsOfAGrantFromItsGenerationOn() {
    var first = EMPTY.with(grant(1), NOW);
    var second = first.with(grant(2), NOW);
    var later = second.grantsOf(2).get(0);

    assertThat(second.isStatedWith(later, stated(second, Outcome.DONE))).isTrue();
    assertThat(second.isStatedWith(later, stated(first, Outcome.DONE))).isFalse();
    assertThat(second.isStatedWith(second.grantsOf(1).get(0), stated(first, Outcome.DONE)))
        .isTrue();
    var reset = second.inNewEpoch(0, grant -> false, NOW);
    assertThat(reset.isStatedWith(later, stated(second, Outcome.DONE))).isFalse();
  }
}
