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
    assertThatThrownBy(() -> new Peer(Optional.of("192.0.2.1"), true).trusted())
        .isInstanceOfSatisfying(
            AccessDenied.class,
            denied -> assertThat(denied.why()).isEqualTo(AccessDenied.Cause.CLEAR_TEXT));
  }

  @Test
  void aPeerWithoutAnAddressIsDenied() {
    assertThatThrownBy(() -> new Peer(Optional.empty(), false).trusted())
        .isInstanceOfSatisfying(
            AccessDenied.class,
            denied -> assertThat(denied.why()).isEqualTo(AccessDenied.Cause.ADDRESS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1"})
  void clearTextFromThisMachineIsReadByNobodyElse(String address) {
    assertThat(Peer.over(false, false, Optional.of(address)).readable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"128.0.0.1", "10.0.0.1", "2001:db8::1", "::ffff:7f00:1"})
  void clearTextFromAnotherMachineCouldBeReadByOthers(String address) {
    assertThat(Peer.over(false, false, Optional.of(address)).readable()).isTrue();
  }

  @Test
  void tlsAndEventsAreReadByNobodyElse() {
    assertThat(Peer.over(true, false, Optional.of("192.0.2.1")).readable()).isFalse();
    assertThat(Peer.over(false, true, Optional.of("192.0.2.1")).readable()).isFalse();
  }
}
