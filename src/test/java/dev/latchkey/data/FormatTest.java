package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FormatTest {
  @Test
  void theFirstSegmentOfThePathChoosesIt() {
    assertThat(Format.ofSegment("json-api")).contains(Format.JSON);
    assertThat(Format.ofSegment("xml-api")).contains(Format.XML);
    assertThat(Format.ofSegment("JSON-API")).isEmpty();
  }

  @Test
  void eachWritesTheSameTree() {
    var tree = Data.hash().with("a", "b");

    assertThat(new String(Format.JSON.write("result", tree), StandardCharsets.UTF_8))
        .isEqualTo("{\"a\":\"b\"}");
    assertThat(new String(Format.XML.write("result", tree), StandardCharsets.UTF_8))
        .contains("<result><a>b</a></result>");
  }
}
