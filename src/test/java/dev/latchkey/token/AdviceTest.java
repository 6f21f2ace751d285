package dev.latchkey.token;

import static dev.latchkey.access.Privilege.ALL;
import static dev.latchkey.access.Privilege.LIST_ACCTS;
import static dev.latchkey.access.Privilege.MANAGE_API_TOKENS;
import static dev.latchkey.access.Privilege.SUPPORT_ACCESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.Credential;
import dev.latchkey.access.Month;
import dev.latchkey.access.Privilege;
import dev.latchkey.access.Privileges;
import dev.latchkey.access.Scope;
import dev.latchkey.access.Tally;
import dev.latchkey.access.Used;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AdviceTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
  private static final int ANY_CALLER = 1;
  private static final int TICKETS = 2;
  private static final int TOKENS = 3;
  private static final int SERVERS = 4;
  private static final Map<Integer, Privilege> REQUIRED =
      Map.of(TICKETS, SUPPORT_ACCESS, TOKENS, MANAGE_API_TOKENS, SERVERS, ALL);

  private static Advice advice(
      Privileges held, Instant created, Map<Month, Map<Integer, Long>> calls) {
    var made = new TreeMap<Month, Tally>();
    calls.forEach((month, tally) -> made.put(month, Tally.of(tally)));
    var scope = new Scope(held, Optional.empty(), Optional.empty(), OptionalLong.empty());
    var token = new Credential("somebody", "0".repeat(64), "ci", scope, created, "r");
    var used = new Used(token, Optional.of(NOW), Optional.empty(), made, new TreeMap<>());
    return Advice.of(used, Tally.NONE, true, REQUIRED, NOW);
  }

  private static Map<Month, Map<Integer, Long>> thisMonth(Map<Integer, Long> calls) {
    return Map.of(Month.of(NOW), calls);
  }

  @Test
  void needsWhatItCalledInThisMonthAndTheLast() {
    var advice = advice(
        Privileges.of(SUPPORT_ACCESS, MANAGE_API_TOKENS, LIST_ACCTS),
        LONG_AGO,
        Map.of(
            Month.of(NOW), Map.of(ANY_CALLER, 5L, TICKETS, 2L),
            Month.of(NOW).previous(), Map.of(TICKETS, 1L),
            Month.of(NOW).previous().previous(), Map.of(TOKENS, 9L)));

    assertThat(advice.since()).isEqualTo("2026-10-01T00:00:00Z");
    assertThat(advice.calls()).isEqualTo(Map.of(ANY_CALLER, 5L, TICKETS, 3L));
    assertThat(advice.needed().orElseThrow()).containsExactly(SUPPORT_ACCESS);
    assertThat(advice.unused().orElseThrow())
        .containsExactlyInAnyOrder(MANAGE_API_TOKENS, LIST_ACCTS);
    assertThat(advice.command("ci"))
        .contains("api_token_update token_name=ci acl-1=support-access");
  }

  @Test
  void aCallThatWasRefusedForWantOfAPrivilegeNeedsNone() {
    var advice = advice(
        Privileges.of(LIST_ACCTS, SUPPORT_ACCESS),
        LONG_AGO,
        thisMonth(Map.of(TICKETS, 1L, TOKENS, 4L)));

    assertThat(advice.needed().orElseThrow()).containsExactly(SUPPORT_ACCESS);
  }

  @Test
  void ofATokenThatWasNotUsedForLongNothingIsAdvised() {
    var young = advice(
        Privileges.ALL, Instant.parse("2026-11-10T00:00:00Z"), thisMonth(Map.of(TICKETS, 1L)));
    var unused = advice(Privileges.ALL, LONG_AGO, Map.of());

    assertThat(young.needed()).isEmpty();
    assertThat(young.unused()).isEmpty();
    assertThat(young.command("ci")).isEmpty();
    assertThat(young.remarks().get(0)).contains("known since 2026-11-10T00:00:00Z only");
    assertThat(unused.needed()).isEmpty();
    assertThat(unused.remarks().get(0))
        .contains("no call was made with the token since 2026-10-01");
  }

  @Test
  void allIsNarrowedWithAWordOfWhatIsNotCounted() {
    var advice = advice(Privileges.ALL, LONG_AGO, thisMonth(Map.of(TICKETS, 1L)));

    assertThat(advice.needed().orElseThrow()).containsExactly(SUPPORT_ACCESS);
    assertThat(advice.remarks().get(0)).contains("“all” also reaches what belongs to others");
    var needed = advice(Privileges.ALL, LONG_AGO, thisMonth(Map.of(TICKETS, 1L, SERVERS, 1L)));
    assertThat(needed.needed().orElseThrow()).containsExactly(ALL);
    assertThat(needed.unused().orElseThrow()).isEmpty();
    assertThat(needed.command("ci")).isEmpty();
  }

  @Test
  void theCallsOfTheTokensWhosePlaceItTookAreItsOwn() {
    var scope = new Scope(
        Privileges.of(SUPPORT_ACCESS, LIST_ACCTS),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty());
    var first = new Credential("somebody", "0".repeat(64), "ci", scope, LONG_AGO, "r");
    var token = first;
    for (var i = 1; i <= 8; i++) {
      token = new Credential(
          "somebody",
          Integer.toString(i).repeat(64),
          "ci",
          scope,
          NOW.minus(Duration.ofDays(9 - i)),
          "r",
          token.successors());
    }
    var unused =
        new Used(token, Optional.empty(), Optional.empty(), new TreeMap<>(), new TreeMap<>());

    var advice = Advice.of(unused, Tally.of(Map.of(TICKETS, 4L)), true, REQUIRED, NOW);

    assertThat(token.begunAt()).isEqualTo(LONG_AGO);
    assertThat(advice.since()).isEqualTo("2026-10-01T00:00:00Z");
    assertThat(advice.calls()).isEqualTo(Map.of(TICKETS, 4L));
    assertThat(advice.needed().orElseThrow()).containsExactly(SUPPORT_ACCESS);
    var next =
        new Credential("somebody", "9".repeat(64), "ci", scope, NOW, "r", token.successors());
    assertThat(next.begunAt()).as("nine is one too many").isEqualTo("2026-11-21T12:00:00Z");
  }

  /** More tokens were removed than are told apart: a privilege that was used could be taken away. */
  @Test
  void whereTheCallsOfAnOldValueAreNotToldApartNothingIsAdvised() {
    var scope = new Scope(
        Privileges.of(SUPPORT_ACCESS, LIST_ACCTS),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty());
    var token = new Credential("somebody", "0".repeat(64), "ci", scope, LONG_AGO, "r");
    var made = new TreeMap<>(Map.of(Month.of(NOW), Tally.of(Map.of(TICKETS, 1L))));
    var used = new Used(token, Optional.of(NOW), Optional.empty(), made, new TreeMap<>());

    var advice = Advice.of(used, Tally.NONE, false, REQUIRED, NOW);

    assertThat(advice.needed()).isEmpty();
    assertThat(advice.unused()).isEmpty();
    assertThat(advice.command("ci")).isEmpty();
    assertThat(advice.remarks().get(0)).contains("Nothing is advised", "not told apart any more");
  }

  @Test
  void whatWasGivenLatelyIsSaidToBeAmongTheUnused() {
    var held = Privileges.of(SUPPORT_ACCESS, LIST_ACCTS);

    assertThat(advice(held, LONG_AGO, thisMonth(Map.of(TICKETS, 1L))).remarks())
        .last()
        .asString()
        .contains("given after 2026-10-01T00:00:00Z counts as unused");
    assertThat(advice(Privileges.of(SUPPORT_ACCESS), LONG_AGO, thisMonth(Map.of(TICKETS, 1L)))
            .remarks())
        .noneMatch(remark -> remark.contains("counts as unused"));
  }

  @Test
  void whoCallsOnlyWhatAnybodyMayNeedsNoneAndIsNotToldToHaveNone() {
    var advice = advice(Privileges.of(LIST_ACCTS), LONG_AGO, thisMonth(Map.of(ANY_CALLER, 1L)));

    assertThat(advice.needed().orElseThrow()).isEmpty();
    assertThat(advice.command("ci")).isEmpty();
    assertThat(advice.remarks().get(0)).contains("only what any caller may call");
  }
}
