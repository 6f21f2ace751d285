package dev.latchkey.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.access.TokenValue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenTextTest {
  private static final Random RANDOM = new Random(20261129);

  private final String token = TokenValue.generate(RANDOM).reveal();

  @Test
  void aTokenIsHiddenWhereverItStands() {
    assertThat(TokenText.hide(token)).isEqualTo("[a token]");
    assertThat(TokenText.hide("whm root:" + token + " and " + token + "."))
        .isEqualTo("whm root:[a token] and [a token].");
    assertThat(TokenText.hide("?token=" + token + "&a=b")).isEqualTo("?token=[a token]&a=b");
    assertThat(TokenText.hide("X" + token + "Y")).isEqualTo("X[a token]Y");
    assertThat(TokenText.hide(token + token)).isEqualTo("[a token][a token]");
  }

  @Test
  void whatIsNoTokenStays() {
    var other = token.substring(0, 31) + (token.endsWith("A") ? 'B' : 'A');
    for (var text : new String[] {"", "web01", other, token.substring(1), token.toLowerCase()}) {
      assertThat(TokenText.hide(text)).isEqualTo(text);
      assertThat(TokenText.isToken(text)).isFalse();
    }
  }

  /** Cut first, it would be a half that is hidden no more. */
  @Test
  void aCutTextHasNoHalfOfIt() {
    for (var before = 0; before < 120; before++) {
      var shown = Quoted.of("x".repeat(before) + token);
      assertThat(shown).doesNotContain(token.substring(0, 8));
    }
  }

  @Test
  void aLongTextIsReadOnce() {
    var text = "A".repeat(60_000);
    assertThat(TokenText.hide(text)).hasSize(60_000);
  }
}
