package dev.latchkey.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.server.Findings.Unread;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a page says of what it does not have: that it is gone, or nothing. */
class FindingsTest {
  private static final String BEFORE =
      "{\"latchkey\":1,\"outcome\":\"DONE\",\"action\":{\"done\":1,\"entries\":[";

  private static Findings read(String entries, String more) {
    return ObservationReader.read(BEFORE + entries + "]," + more + "}}")
        .orElseThrow()
        .action()
        .orElseThrow()
        .findings()
        .orElseThrow();
  }

  private static String account(String name) {
    return "{\"kind\":\"account\",\"name\":\"" + name + "\",\"place\":\"\",\"what\":\"uid 1\"}";
  }

  @Test
  void whatComesAfterTheLastOfAServerThatHasMoreIsNotKnown() {
    var whole = read(account("a") + "," + account("b"), "\"more\":0");
    var cut = read(account("a") + "," + account("b"), "\"more\":7");

    assertThat(whole.covers("account c")).isTrue();
    assertThat(cut.covers("account b")).isTrue();
    assertThat(cut.covers("account c")).isFalse();
  }

  @Test
  void aPageIsAboutItsOwnStretch() {
    var page = new Findings(List.of(), "account b", Optional.of("account d"), List.of(), 0);

    assertThat(page.covers("account b")).isFalse();
    assertThat(page.covers("account d")).isTrue();
    assertThat(page.covers("account e")).isFalse();
  }

  @Test
  void ofMoreUnreadThanAreReadNobodyKnowsWhoseTheyAre() {
    var unread = IntStream.range(0, 21)
        .mapToObj(i -> "{\"user\":\"u" + i + "\",\"why\":\"no\"}")
        .collect(Collectors.joining(","));

    var page = read(account("a"), "\"unread\":[" + unread + "]");

    assertThat(page.unread()).hasSize(21);
    assertThat(page.unread().get(20)).isEqualTo(new Unread("", "1 more could not be read"));
  }

  /** Cut in one place and not in the other, they would not be known to be the same. */
  @Test
  void aLongFileThatCouldNotBeReadIsKnownByItsName() {
    var path = "/etc/sudoers.d/" + "x".repeat(200);
    var known = read(
            "{\"kind\":\"sudoers\",\"name\":\"" + path + "\",\"place\":\"\",\"what\":\"contents\"}",
            "\"more\":0")
        .items()
        .get(0);

    var page = read(account("a"), "\"unread\":[{\"user\":\"" + path + "\",\"why\":\"no\"}]");

    assertThat(page.isUnknown(known)).isTrue();
  }
}
