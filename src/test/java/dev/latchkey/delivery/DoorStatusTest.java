package dev.latchkey.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.server.Observation;
import dev.latchkey.server.ObservationReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoorStatusTest {
  private static String statuses(OrderOutcome outcome, boolean opening) {
    return new String(Json.write(DoorStatus.statuses(outcome, opening)), StandardCharsets.UTF_8)
        .replace("\"", "")
        .replace("_status", "");
  }

  private static Observation stated(String doors) {
    return ObservationReader.read(
            "{\"latchkey\":1,\"outcome\":\"DONE\",\"generation\":7,\"doors\":{"
                + doors.replace('\'', '"') + "}}")
        .orElseThrow();
  }

  private static String statuses(String doors, boolean opening) {
    return statuses(new OrderOutcome.Stated(stated(doors)), opening);
  }

  @Test
  void eachDoorHasTheFieldThatWhmHasForIt() {
    var all =
        "'chain':{'state':'WHOLE'},'hosts_allow':{'state':'GONE'},'csf':{'state':'PARTIAL'},'hulk':{'state':'UNKNOWN'}";
    assertThat(statuses(all, true))
        .isEqualTo("{chain:ACTIVE,host_access_wl:INACTIVE,csf_wl:ERR_SETUP,hulk_wl:ERR_UNKNOWN}");
    assertThat(statuses(all, false)).contains("csf_wl:ERR_UNSETUP");
  }

  @Test
  void csfIsLeftOutWhereItIsNotInstalledAndWhatIsAbsentIsInactive() {
    assertThat(statuses(
            "'chain':{'state':'ABSENT'},'hosts_allow':{'state':'ABSENT'},'hulk':{'state':'ABSENT'}",
            true))
        .isEqualTo("{chain:INACTIVE,host_access_wl:INACTIVE,hulk_wl:INACTIVE}");
  }

  @Test
  void aDoorThatIsNotSpokenOfIsUnknown() {
    assertThat(statuses("'chain':{'state':'WHOLE'}", true))
        .isEqualTo("{chain:ACTIVE,host_access_wl:ERR_UNKNOWN,hulk_wl:ERR_UNKNOWN}");
    assertThat(statuses(new OrderOutcome.Unknown("late"), true)).doesNotContain("INACTIVE", "csf");
    assertThat(statuses(new OrderOutcome.Unreachable("gone"), false)).contains("chain:ERR_UNSETUP");
  }

  private static String firewall(String states, boolean opening) {
    var words = states.split(" ");
    var csf = words.length == 1 ? "" : ",'csf':{'state':'" + words[1] + "'}";
    return DoorStatus.firewall(
        new OrderOutcome.Stated(stated("'chain':{'state':'" + words[0] + "'}" + csf)), opening);
  }

  @ParameterizedTest
  @CsvSource({
    "WHOLE,ACTIVE,ERR_UNSETUP",
    "WHOLE WHOLE,ACTIVE,ERR_UNSETUP",
    "WHOLE ABSENT,ACTIVE,ERR_UNSETUP",
    "WHOLE GONE,ERR_SETUP,ERR_UNSETUP",
    "GONE,ERR_SETUP,INACTIVE",
    "GONE GONE,ERR_SETUP,INACTIVE",
    "GONE WHOLE,ERR_SETUP,ERR_UNSETUP",
    "GONE PARTIAL,ERR_SETUP,ERR_UNSETUP",
    "GONE UNKNOWN,ERR_UNKNOWN,ERR_UNKNOWN",
    "PARTIAL,ERR_SETUP,ERR_UNSETUP",
    "PARTIAL UNKNOWN,ERR_UNKNOWN,ERR_UNKNOWN",
    "UNKNOWN GONE,ERR_UNKNOWN,ERR_UNKNOWN",
    "ABSENT,INACTIVE,INACTIVE",
    "ABSENT WHOLE,ACTIVE,ERR_UNSETUP"
  })
  void csfIsPartOfTheFirewall(String states, String opened, String closed) {
    assertThat(firewall(states, true)).isEqualTo(opened);
    assertThat(firewall(states, false)).isEqualTo(closed);
  }

  @Test
  void aFirewallOfWhichNothingIsStatedIsNeverInOrder() {
    assertThat(DoorStatus.firewall(new OrderOutcome.Unknown("late"), true))
        .isEqualTo("ERR_UNKNOWN");
    assertThat(DoorStatus.firewall(new OrderOutcome.Unknown("late"), false))
        .isEqualTo("ERR_UNKNOWN");
    assertThat(DoorStatus.firewall(new OrderOutcome.Unreachable("gone"), true))
        .isEqualTo("ERR_SETUP");
    assertThat(DoorStatus.firewall(new OrderOutcome.Unreachable("gone"), false))
        .isEqualTo("ERR_UNSETUP");
  }

  @Test
  void problemsAndNotesAreTold() {
    var stated = stated("'chain':{'state':'WHOLE','by':'iptables','notes':['not sure whether']},"
        + "'csf':{'state':'PARTIAL','problem':'csf.deny has 198.51.100.7'},"
        + "'hulk':{'state':'PARTIAL','by':'fail2ban','problem':'a jail'}");
    assertThat(DoorStatus.remarks(stated))
        .hasSize(3)
        .anySatisfy(text -> assertThat(text).startsWith("firewall: not sure"))
        .anySatisfy(text -> assertThat(text).startsWith("CSF: csf.deny has 198.51.100.7"))
        .anySatisfy(text -> assertThat(text).startsWith("fail2ban: a jail"));
  }

  @Test
  void theWorstOfSeveralServersIsToldAndCsfOnlyWhereOneHasIt() {
    assertThat(DoorStatus.worst(List.of()).toString())
        .isEqualTo(
            statuses("INACTIVE", "INACTIVE", Optional.empty(), "INACTIVE").toString());
    var some = statuses("INACTIVE", "ACTIVE", Optional.empty(), "ERR_UNKNOWN");
    var others = statuses("ACTIVE", "INACTIVE", Optional.of("INACTIVE"), "ERR_SETUP");
    var worse = statuses("ERR_UNKNOWN", "INACTIVE", Optional.empty(), "ERR_UNSETUP");

    assertThat(DoorStatus.worst(List.of(some, others, worse)).toString())
        .isEqualTo(statuses("ERR_UNKNOWN", "ACTIVE", Optional.of("INACTIVE"), "ERR_UNSETUP")
            .toString());
  }

  private static Data.Hash statuses(String chain, String hosts, Optional<String> csf, String hulk) {
    return Data.hash()
        .with("chain_status", chain)
        .with("host_access_wl_status", hosts)
        .with("csf_wl_status", csf.map(Data::text))
        .with("hulk_wl_status", hulk);
  }
}
