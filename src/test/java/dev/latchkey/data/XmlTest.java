package dev.latchkey.data;

import static dev.latchkey.data.XmlTree.written;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class XmlTest {
  private static final Data.Sequence NO_ITEMS = new Data.Sequence(List.of());

  @Test
  void itBeginsWithTheDeclaration() {
    assertThat(new String(Xml.write("result", Data.hash()), StandardCharsets.UTF_8))
        .isEqualTo("<?xml version=\"1.0\" ?>\n<result/>\n");
  }

  @Test
  void anArrayRepeatsItsElementWithoutAWrapper() {
    assertThat(written("acls", Data.texts(List.of("create-acct", "list-accts"))))
        .isEqualTo("<acls>create-acct</acls><acls>list-accts</acls>");
  }

  @Test
  void anArrayOfHashesIsRepeatedLikewise() {
    var servers = new Data.Sequence(List.of(Data.hash().with("server_num", "1"), Data.hash()));

    assertThat(written("servers", servers))
        .isEqualTo("<servers><server_num>1</server_num></servers><servers/>");
  }

  @Test
  void anEmptyArrayIsNothingAtAll() {
    assertThat(written("non_fatals", NO_ITEMS)).isEmpty();
  }

  @Test
  void anEmptyHashIsAnEmptyElement() {
    assertThat(written("data", Data.hash())).isEqualTo("<data/>");
  }

  @Test
  void aHashOfNothingButAnEmptyArrayIsAnElementToo() {
    assertThat(written("data", Data.hash().with("non_fatals", NO_ITEMS)))
        .isIn("<data/>", "<data></data>");
  }

  @Test
  void nullIsMarkedAsNull() {
    assertThat(written("expires_at", Data.NULL)).isEqualTo("<expires_at null=\"true\"/>");
  }

  @Test
  void numbersAreWrittenAsDigits() {
    assertThat(written("n", Data.number(-12))).isEqualTo("<n>-12</n>");
  }
}
