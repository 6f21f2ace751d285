package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenValueTest {
  /** Made with Python's zlib and hashlib. */
  private static final String VALUE = "0123456789ABCDEFGHIJKLMNOPWPUABH";

  private static final String DIGEST =
      "810f91a1a5aa22a609041ef8bef09a9e81c3bb572b951f85d2aa955c48da797a";

  @Test
  void theChecksumIsThatOfAnotherProgram() {
    assertThat(TokenValue.parse(VALUE)).isPresent();
  }

  @Test
  void aShortChecksumIsFilledWithZeros() {
    assertThat(TokenValue.parse("0000000000000000000000073900RZFK")).isPresent();
  }

  @Test
  void theDigestIsThatOfAnotherProgram() {
    assertThat(TokenValue.parse(VALUE).orElseThrow().digest()).isEqualTo(DIGEST);
  }

  @Test
  void lowerCaseIsRefused() {
    assertThat(TokenValue.parse(VALUE.toLowerCase(Locale.ROOT))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "WPUABH",
        "0123456789ABCDEFGHIJKLMNOPWPUAB",
        "0123456789ABCDEFGHIJKLMNOPWPUABHH",
        "0" + VALUE,
        VALUE + VALUE,
        VALUE + "\n",
        " " + VALUE,
        VALUE + " ",
        "0123456789ABCDEFGHIJKLMNOPWPUAB\u0048\u0301",
        "\uFF10123456789ABCDEFGHIJKLMNOPWPUABH",
        "\u0660123456789ABCDEFGHIJKLMNOPWPUABH"
      })
  void anotherFormIsRefused(String text) {
    assertThat(TokenValue.parse(text)).isEmpty();
  }

  @Test
  void theExamplesOfWhmsDocumentationAreNoneOfOurs() {
    assertThat(TokenValue.parse("UWU28DCA23NKY76CN17MDPKM3O7EFQY8")).isEmpty();
  }

  @Test
  void itDoesNotPrintItself() {
    assertThat(TokenValue.parse(VALUE).orElseThrow()).hasToString("[secret]");
  }

  @Test
  void theFirst26CharactersUseTheWholeAlphabet() {
    var random = new Random(1);
    var used = Stream.generate(() -> TokenValue.generate(random).reveal().substring(0, 26))
        .limit(100)
        .flatMapToInt(String::chars)
        .sorted()
        .distinct()
        .mapToObj(Character::toString)
        .collect(Collectors.joining());

    assertThat(used).isEqualTo("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  }

  /** Counted at the source: how much is drawn, and that every draw is seen in the value. */
  @Test
  void itHas134RandomBits() {
    var drawn = new Draws(-1);
    var value = TokenValue.generate(drawn).reveal();
    var bits = drawn.bounds.stream()
        .mapToDouble(bound -> Math.log(bound) / Math.log(2))
        .sum();

    assertThat(bits).isGreaterThan(134);
    assertThat(IntStream.range(0, drawn.bounds.size()))
        .allMatch(i -> !TokenValue.generate(new Draws(i))
            .reveal()
            .substring(0, 26)
            .equals(value.substring(0, 26)));
  }

  /** Zeros, but for one draw, which is a one. */
  private static final class Draws implements RandomGenerator {
    private final List<Integer> bounds = new ArrayList<>();
    private final int one;

    private Draws(int one) {
      this.one = one;
    }

    @Override
    public int nextInt(int bound) {
      bounds.add(bound);
      return bounds.size() - 1 == one ? 1 : 0;
    }

    @Override
    public long nextLong() {
      throw new AssertionError(
          "a token is drawn by nextInt(bound); count the bits of another way here");
    }
  }

  @Test
  void twoValuesAreNeverTheSame() {
    var random = new Random(1);

    assertThat(Stream.generate(() -> TokenValue.generate(random).reveal()).limit(1000))
        .doesNotHaveDuplicates();
  }
}
