package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.access.AccessDenied;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTest {
  @Test
  void aSecretThatOthersCouldHaveReadIsDenied() {
    assertThatThrownBy(
            () -> new Peer(Optional.of("192.0.2.1"), Optional.of("192.0.2.1"), true).trusted())
        .isInstanceOfSatisfying(
            AccessDenied.class,
            denied -> assertThat(denied.why()).isEqualTo(AccessDenied.Cause.CLEAR_TEXT));
  }

  @Test
  void aPeerWithoutAnAddressIsDenied() {
    assertThatThrownBy(() -> new Peer(Optional.empty(), Optional.empty(), false).trusted())
        .isInstanceOfSatisfying(
            AccessDenied.class,
            denied -> assertThat(denied.why()).isEqualTo(AccessDenied.Cause.ADDRESS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1"})
  void clearTextFromThisMachineIsReadByNobodyElse(String address) {
    assertThat(over(false, false, address).readable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"128.0.0.1", "10.0.0.1", "2001:db8::1", "::ffff:7f00:1"})
  void clearTextFromAnotherMachineCouldBeReadByOthers(String address) {
    assertThat(over(false, false, address).readable()).isTrue();
  }

  @Test
  void tlsAndEventsAreReadByNobodyElse() {
    assertThat(over(true, false, "192.0.2.1").readable()).isFalse();
    assertThat(over(false, true, "192.0.2.1").readable()).isFalse();
  }

  /** A proxy that speaks clear text with us could say that its client is on this machine. */
  @Test
  void clearTextFromAProxyIsReadableWhoeverIsBehindIt() {
    var peer = Peer.over(false, false, Optional.of("10.0.0.5"), Optional.of("127.0.0.1"));
    assertThat(peer.readable()).isTrue();
  }

  @Test
  void aProxyThatDoesNotSayWhoCallsIsDeniedAndLogged() {
    var peer = Peer.over(true, false, Optional.of("10.0.0.5"), Optional.empty());
    assertThatThrownBy(peer::trusted)
        .isInstanceOfSatisfying(
            AccessDenied.class,
            denied -> assertThat(denied.why()).isEqualTo(AccessDenied.Cause.FORWARDED));
    assertThat(peer.nearest()).isEqualTo("10.0.0.5");
  }

  private static Peer over(boolean tls, boolean event, String address) {
    return Peer.over(tls, event, Optional.of(address), Optional.of(address));
  }
}
