package dev.latchkey.server;

import static dev.latchkey.server.ServerStates.EMPTY;
import static dev.latchkey.server.ServerStates.NOW;
import static dev.latchkey.server.ServerStates.grant;
import static dev.latchkey.server.ServerStates.stated;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.Observation.Outcome;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When a server is looked at next, and whether an order is due then or only a look. */
class ServerDueTest {
  private static final ServerState ORDERED = EMPTY.with(grant(1), NOW);
  private static final ServerState CONFIRMED = ORDERED.after(stated(ORDERED, Outcome.DONE), NOW);

  private static Instant in(long seconds) {
    return NOW.plusSeconds(seconds);
  }

  @Test
  void nothingIsDueWhereNothingIsWished() {
    assertThat(EMPTY.isDue(in(1_000_000))).isFalse();
    assertThat(EMPTY.isOrderDue(NOW)).isFalse();
    assertThat(EMPTY.isLookDue()).isFalse();
    assertThat(EMPTY.server().awaitsStatement()).isFalse();
  }

  @Test
  void anOrderThatIsNotConfirmedIsDueAtItsTimeAndNotBefore() {
    assertThat(ORDERED.isOrderDue(NOW)).isTrue();
    assertThat(ORDERED.isLookDue()).isFalse();
    assertThat(ORDERED.isDue(in(29))).isFalse();
    assertThat(ORDERED.isDue(in(30))).isTrue();
    assertThat(ORDERED.server().awaitsStatement()).isTrue();
  }

  @Test
  void aLookIsDueAMinuteEarlyToo() {
    assertThat(CONFIRMED.isOrderDue(NOW)).isFalse();
    assertThat(CONFIRMED.isLookDue()).isTrue();
    assertThat(CONFIRMED.server().awaitsStatement()).isFalse();
    assertThat(CONFIRMED.isDue(in(839))).isFalse();
    assertThat(CONFIRMED.isDue(in(840))).isTrue();
  }

  @Test
  void aGrantThatExpiredOrEndsIsAnOrder() {
    assertThat(CONFIRMED.isOrderDue(in(3599))).isFalse();
    assertThat(CONFIRMED.isOrderDue(in(3600))).isTrue();
    var ending = new ServerState(
        CONFIRMED.server(),
        CONFIRMED.ending(one -> true, Grant.Reason.REVOKED, NOW).grants());
    assertThat(ending.isOrderDue(NOW)).isTrue();
  }

  /** Whoever asks a server often does not move its look away. */
  @Test
  void aLookThatIsPlannedStaysPlanned() {
    var again = CONFIRMED.after(stated(CONFIRMED, Outcome.DONE), in(600));
    assertThat(again.server().due()).contains(in(900));

    var looked = CONFIRMED.after(stated(CONFIRMED, Outcome.DONE), in(900));
    assertThat(looked.server().due()).contains(in(1800));

    var tried = CONFIRMED.tryingAgain(in(600));
    assertThat(tried.after(stated(tried, Outcome.DONE), in(601)).server().due()).contains(in(1501));
  }

  @Test
  void thePlanOfALookIsTheNextEndOrAQuarterOfAnHour() {
    assertThat(CONFIRMED.planned(in(100)).server().due()).contains(in(1000));
    assertThat(CONFIRMED.planned(in(3000)).server().due()).contains(in(3600));
    assertThat(EMPTY.planned(NOW).server().due()).contains(in(900));
    assertThat(CONFIRMED.planned(in(100)).server().revision())
        .isEqualTo(CONFIRMED.server().revision());
  }

  @Test
  void anOrderThatWasNotTakenIsDueSoonAndNotCounted() {
    var postponed = ORDERED.tryingAgain(NOW).postponed(1, in(5));

    assertThat(postponed.server().due()).contains(in(35));
    assertThat(postponed.server().attempts()).isEqualTo(1);
  }

  /** A condition tells by it whether the item is still the one that was read. */
  @Test
  void everyWriteOfTheItemIsAnotherRevision() {
    var first = CONFIRMED.server().revision();

    assertThat(ORDERED.server().revision()).isEqualTo(EMPTY.server().revision() + 1);
    assertThat(first).isEqualTo(ORDERED.server().revision() + 1);
    assertThat(CONFIRMED.tryingAgain(NOW).server().revision()).isEqualTo(first + 1);
    assertThat(CONFIRMED.postponed(1, NOW).server().revision()).isEqualTo(first + 1);
    assertThat(CONFIRMED.server().noted().revision()).isEqualTo(first + 1);
    assertThat(ORDERED.after(stated(ORDERED, Outcome.PARTIAL), NOW).server().revision())
        .isEqualTo(ORDERED.server().revision() + 1);
    assertThat(CONFIRMED.server().moved(CONFIRMED.server().node(), "another").revision())
        .isEqualTo(first + 1);
  }

  @Test
  void whatAnotherMachineStatedSaysNothingOfThisOne() {
    var server = CONFIRMED.server();

    var moved = server.moved(new NodeId("i-0fedcba9876543210"), "another");
    assertThat(moved.seen()).isEmpty();
    assertThat(moved.owner()).isEqualTo("another");
    assertThat(server.moved(server.node(), "another").seen()).isEqualTo(server.seen());
  }

  @Test
  void theLaterWantedStateIsThatOfTheLaterEpoch() {
    var server = CONFIRMED.server();

    assertThat(ORDERED.again(NOW).server().isLaterThan(server)).isTrue();
    assertThat(server.isLaterThan(server)).isFalse();
    assertThat(server.ordering(1, 1, NOW).isLaterThan(server.ordering(0, 9, NOW)))
        .isTrue();
    assertThat(server.ordering(0, 9, NOW).isLaterThan(server.ordering(1, 1, NOW)))
        .isFalse();
  }

  /** The last number is one that every reader of JSON keeps. */
  @Test
  void theLastNumberIsStillOne() {
    assertThat(CONFIRMED.server().ordering(Server.MOST, Server.MOST, NOW).generation())
        .isEqualTo(Server.MOST);
  }

  @Test
  void theNextGenerationIsConfirmedByNothingBeforeIt() {
    assertThat(CONFIRMED.server().ordering(0, 1, NOW).isConfirmed()).isFalse();
    assertThat(CONFIRMED.again(NOW).server().confirmed()).isEqualTo(1);
  }
}
