package dev.latchkey.server;

import static dev.latchkey.server.ServerStates.EMPTY;
import static dev.latchkey.server.ServerStates.NOW;
import static dev.latchkey.server.ServerStates.grant;
import static dev.latchkey.server.ServerStates.stated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.server.Observation.Standing.Admits;
import dev.latchkey.ssh.SshUser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerStateTest {
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

  /** Both would be ordered by the same number, and the server could take either for the other. */
  @Test
  void theTableTakesNoTwoWantedStatesOfOneGeneration() {
    var one = EMPTY.with(grant(1), NOW);
    var other = new ServerState(one.server(), EMPTY.with(grant(2), NOW).grants());

    assertThatThrownBy(() -> new ServerTable(null, null).write(null, one, other))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("two wanted states of web");
  }

  /** What every reader of JSON keeps exactly; after it another epoch begins. */
  @Test
  void noNumberGoesAbove2To53() {
    var last = (1L << 53) - 1;
    var server = EMPTY.with(grant(1), NOW).server().ordering(3, last, NOW);

    var next = new ServerState(server, List.of()).with(grant(2), NOW);

    assertThat(next.server().epoch()).isEqualTo(4);
    assertThat(next.server().generation()).isEqualTo(1);
    assertThat(next.wanted().get(0).generation()).isEqualTo(1);
    assertThatThrownBy(() -> server.ordering(last + 1, 1, NOW))
        .isInstanceOf(IllegalStateException.class);
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
        Observation.Outcome.NO_PYTHON,
        Observation.Outcome.SELFTEST_FAILED,
        Observation.Outcome.WENT_BACK)) {
      assertThat(next.after(stated(next, outcome), NOW)).isEqualTo(next);
    }
  }

  @Test
  void aClosedFirewallIsTheNextGenerationAndStaysSoUntilSomebodyIsLetIn() {
    var open = EMPTY.with(grant(1), NOW).with(grant(2), NOW);
    var closed = open.with(Firewall.CLOSED, NOW);

    assertThat(open.isClosed()).isFalse();
    assertThat(closed.isClosed()).isTrue();
    assertThat(closed.server().generation()).isEqualTo(3);
    assertThat(closed.live(NOW)).hasSize(2);
    assertThat(closed.live(NOW.plusSeconds(3600))).isEmpty();
    var held = closed.holding(one -> true, NOW);
    assertThat(List.of(
            held,
            closed.tryingAgain(NOW),
            closed.after(stated(closed, Observation.Outcome.DONE), NOW),
            closed.ending(one -> true, Grant.Reason.REVOKED, NOW),
            closed.inNewEpoch(7, one -> true, NOW),
            closed.above(stated(closed, Observation.Outcome.DONE), one -> true, NOW),
            closed.keeping(KeyFiles.MANAGED, NOW),
            closed.again(NOW)))
        .allMatch(ServerState::isClosed);
    assertThat(List.of(
            closed.with(grant(3), NOW),
            held.letting(held.held().get(0), NOW),
            closed.with(Firewall.OPEN, NOW)))
        .noneMatch(ServerState::isClosed);
  }

  @Test
  void aServerIsReadAsItWasWrittenAndOneOfBeforeIsOpen() {
    var closed = EMPTY.with(grant(1), NOW).with(Firewall.CLOSED, NOW).server();

    assertThat(ServerItem.read(ServerItem.write(closed))).isEqualTo(closed);
    assertThat(ServerItem.write(closed.with(Firewall.OPEN)).find("firewall")).isEmpty();
    assertThat(ServerItem.read(ServerItem.write(closed.with(Firewall.OPEN))).firewall())
        .isEqualTo(Firewall.OPEN);
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
}
