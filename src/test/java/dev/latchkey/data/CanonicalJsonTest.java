package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
  /** By UTF-16, the first one would come after the second. */
  @Test
  void membersAreInTheOrderOfTheirCodePoints() throws Exception {
    var tree = Data.hash().with("\ud83d\ude00", 1).with("\uff5e", 2).with("a", 3);

    assertThat(CanonicalJson.write(tree)).isEqualTo("{\"a\":3,\"\uff5e\":2,\"\ud83d\ude00\":1}");
  }

  @Test
  void itIsWhatPythonWritesWithoutBlanksAndInOrder() {
    var tree = Data.hash()
        .with("b", new Data.Sequence(List.of(Data.number(-1), Data.NULL, Data.text(""))))
        .with("a", "\"\\/\b\f\n\r\t\u0000\u001f\u007f“é\u2028\ud83d\ude00");

    assertThat(CanonicalJson.write(tree))
        .isEqualTo(
            "{\"a\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f“é\u2028\ud83d\ude00\",\"b\":[-1,null,\"\"]}");
  }
}
