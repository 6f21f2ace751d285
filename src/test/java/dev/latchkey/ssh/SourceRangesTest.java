package dev.latchkey.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SourceRangesTest {
  @Test
  void hostBitsAreLeftOut() {
    assertThat(
            SourceRanges.ofCidrs("192.0.2.9/24 2001:db8::1 ::ffff:198.51.100.7").cidrs())
        .containsExactly("192.0.2.0/24", "2001:db8::1/128", "198.51.100.7/32");
  }

  @Test
  void theWidestAreASixteenthAndAThirtySecond() {
    assertThat(SourceRanges.ofCidrs("10.1.0.0/16 2001:db8::/32").cidrs()).hasSize(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SourceRanges.ofCidrs("10.0.0.0/15"))
        .withMessageContaining("too wide");
    assertThatIllegalArgumentException().isThrownBy(() -> SourceRanges.ofCidrs("2001:db8::/31"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SourceRanges.ofCidrs("::ffff:10.0.0.0/110"));
  }
}
