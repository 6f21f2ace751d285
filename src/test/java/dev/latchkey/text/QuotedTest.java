package dev.latchkey.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {
  @Test
  void aLongTextIsCut() {
    assertThat(Quoted.of("x".repeat(80))).isEqualTo("x".repeat(80));
    assertThat(Quoted.of("x".repeat(81))).isEqualTo("x".repeat(80) + "…");
    assertThat(Quoted.sentence("x".repeat(401))).isEqualTo("x".repeat(400) + "…");
    assertThat(Quoted.refusal("x".repeat(2001))).isEqualTo("x".repeat(2000) + "…");
  }

  @Test
  void itIsNeverCutInsideOfACharacter() {
    var character = Character.toString(0x1F511);

    assertThat(Quoted.of("x".repeat(78) + character + "y"))
        .isEqualTo("x".repeat(78) + character + "…");
    assertThat(Quoted.of("x".repeat(79) + character)).isEqualTo("x".repeat(79) + "…");
  }

  @Test
  void whatSteersATerminalIsReplaced() {
    assertThat(Quoted.of("a\u001B[2Jb\nc\u202Ed\u2028e"))
        .isEqualTo("a\uFFFD[2Jb\uFFFDc\uFFFDd\uFFFDe");
  }

  /** Whatever stands between them, no secret of a long row of secrets is shown, whole or in half. */
  @Test
  void noSecretOfALongTextIsShown() {
    var random = "s".repeat(SessionText.RANDOM);
    var secret = random + SessionText.checksum(random);

    for (var gap = 0; gap < 64; gap++) {
      var text = "x".repeat(gap) + ("-" + secret).repeat(1000);

      assertThat(Quoted.of(text)).doesNotContain("sss").endsWith("…").hasSize(81);
    }
  }
}
