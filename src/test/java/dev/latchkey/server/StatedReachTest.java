package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.ssh.SshUser;
import dev.latchkey.testing.Keys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatedReachTest {
  private static final String KEY = Keys.ed25519();

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, '22', ssh root@192.0.2.7, 192.0.2.7:22, 192.0.2.7",
    "192.0.2.7, '2222,22', ssh root@192.0.2.7, 192.0.2.7:22, 192.0.2.7",
    "192.0.2.7, '2222', ssh -p 2222 root@192.0.2.7, 192.0.2.7:2222, [192.0.2.7]:2222",
    "2001:db8::7, '22', ssh root@2001:db8::7, [2001:db8::7]:22, 2001:db8::7",
    "2001:db8::7, '2222', ssh -p 2222 root@2001:db8::7, [2001:db8::7]:2222, [2001:db8::7]:2222"
  })
  void whatTheVendorTypesAndKnows(
      String address, String ports, String command, String place, String known) {
    var reach = StatedReachReader.in(statement("\"" + address + "\"", ports, "\"" + KEY + "\""));

    assertThat(reach.isKnown()).isTrue();
    assertThat(reach.command(SshUser.ROOT)).contains(command);
    assertThat(reach.place()).contains(place);
    assertThat(reach.knownHosts(reach.hostKeys().get(0))).contains(known + " " + KEY);
  }

  /** By agents of earlier releases, and by whoever is root there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"reached\":[]}",
        "{\"reached\":{\"address\":7,\"ports\":\"22\",\"host_keys\":{}}}",
        "{\"reached\":{\"address\":\"$(id)\",\"ports\":[0,65536,\"22\"],\"host_keys\":[\"ssh-rsa x\",7,null]}}",
        "{\"reached\":{\"address\":\"a.example.com; id\",\"ports\":[-1]}}",
        "no JSON"
      })
  void whatIsNotSaidIsUnknown(String statement) {
    assertThat(StatedReachReader.in(statement)).isEqualTo(StatedReach.UNKNOWN);
  }

  @Test
  void aPartAloneIsNoWay() {
    var without = StatedReachReader.in(statement("null", "22", "\"" + KEY + "\""));

    assertThat(without.isKnown()).isFalse();
    assertThat(without.command(SshUser.ROOT)).isEmpty();
    assertThat(without.place()).isEmpty();
    assertThat(without.hostKeys()).hasSize(1);
    assertThat(without.knownHosts(without.hostKeys().get(0))).isEmpty();
    assertThat(StatedReachReader.in(statement("\"192.0.2.7\"", "22", "")).isKnown())
        .isFalse();
  }

  @Test
  void keysHaveABoundAndNoComment() {
    var many = ("\"" + KEY + " root@web01\",").repeat(9) + "\"" + KEY + "\"";

    assertThat(StatedReachReader.in(statement("\"192.0.2.7\"", "22", many)).hostKeys())
        .hasSize(8)
        .allSatisfy(key -> assertThat(key.line()).isEqualTo(KEY));
  }

  private static String statement(String address, String ports, String keys) {
    return "{\"reached\":{\"address\":" + address + ",\"ports\":[" + ports + "],\"host_keys\":["
        + keys + "]}}";
  }
}
