package dev.latchkey.data;

import static dev.latchkey.data.XmlTree.written;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.Words;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WHM writes what is not XML; here a key that cannot be an element's name becomes an attribute. */
class XmlKeyTest {
  @ParameterizedTest
  @Words("my-token _a a.b A1 xmlish")
  void aKeyThatIsAnXmlNameIsAnElement(String key) {
    assertThat(written(key, Data.number(1))).isEqualTo("<" + key + ">1</" + key + ">");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1st", "192.0.2.1", "::1", "a:b", "-x", ".x", "a b", "", "é"})
  void aKeyThatIsNoneBecomesAnItem(String key) {
    assertThat(written(key, Data.number(1))).isEqualTo("<item name=\"" + key + "\">1</item>");
  }

  @Test
  void markupInAKeyIsEscaped() {
    assertThat(written("a<\"&'", Data.number(1)))
        .isEqualTo("<item name=\"a&lt;&quot;&amp;'\">1</item>");
  }

  @Test
  void aNullUnderAKeyThatIsNoneHasBothMarks() {
    assertThat(written("1", Data.NULL)).isEqualTo("<item name=\"1\" null=\"true\"/>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"result", "cpanelresult", "version", "no such function", "1", "tfa_login_form", "<"
      })
  void theRootHasTheNameItIsGiven(String root) {
    assertThat(XmlTree.parse(Xml.write(root, Data.hash().with("a", "b"))).key()).isEqualTo(root);
  }
}
