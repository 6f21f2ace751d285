package dev.latchkey.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.text.Sha256;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever reads a digest in the table cannot try what it may be of. */
class CallerSecretTest {
  private static final String SHOWN = "secret";
  private static final CallerSecret SECRET = CallerSecret.of(SHOWN);

  @Test
  void theSameOfAnotherCallerHasAnotherDigest() {
    assertThat(SECRET.digest(List.of("1")))
        .isEqualTo(CallerSecret.of(SHOWN).digest(List.of("1")))
        .isNotEqualTo(CallerSecret.of("another").digest(List.of("1")));
  }

  /** It is what the table has of a token. */
  @Test
  void theDigestOfTheSecretIsNotTheKey() {
    assertThat(SECRET.hex()).isNotEqualTo(Sha256.hex(SHOWN)).hasSize(64);
    assertThat(new CallerSecret(Sha256.hex(SHOWN)).digest(List.of("1")))
        .isNotEqualTo(SECRET.digest(List.of("1")));
  }

  @Test
  void whereATextEndsIsPartOfIt() {
    assertThat(SECRET.digest(List.of("ab", "c")))
        .isNotEqualTo(SECRET.digest(List.of("a", "bc")))
        .isNotEqualTo(SECRET.digest(List.of("ab1:c")));
  }

  @Test
  void itCannotPrintItself() {
    assertThat(SECRET.toString()).isEqualTo("[secret]");
  }
}
