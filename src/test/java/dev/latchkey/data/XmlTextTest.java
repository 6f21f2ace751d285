package dev.latchkey.data;

import static dev.latchkey.data.XmlTree.written;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlTextTest {
  @Test
  void markupIsEscaped() {
    assertThat(written("n", Data.text("<&\">]]>"))).isEqualTo("<n>&lt;&amp;&quot;&gt;]]&gt;</n>");
  }

  @ParameterizedTest
  @ValueSource(chars = {'\0', '\b', '\u000B', '\u001F', '\uD800', '\uDC00', '\uFFFE', '\uFFFF'})
  void whatXmlHasNoPlaceForIsReplaced(char character) {
    assertThat(written("n", Data.text("a" + character + "b"))).isEqualTo("<n>a\uFFFDb</n>");
  }

  @ParameterizedTest
  @ValueSource(ints = {' ', 0x7F, 0x85, 0x2028, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFF})
  void whatXmlHasAPlaceForIsKept(int codePoint) {
    var text = "a" + Character.toString(codePoint) + "b";

    assertThat(written("n", Data.text(text))).isEqualTo("<n>" + text + "</n>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\t", "\n", "\r", "\r\n", " \n "})
  void blanksThatAParserWouldChangeAreReadBackTheSame(String blanks) {
    var tree = XmlTree.parse(Xml.write("r", Data.hash().with(blanks, blanks)));

    assertThat(tree.children().get(0))
        .extracting(XmlTree::key, XmlTree::text)
        .containsExactly(blanks, blanks);
  }

  @Test
  void theMarkOfTheLoginFormIsEscapedAndReadBackTheSame() {
    var tree = Data.hash().with("tfa_login_form", "a tfa_login_form");

    assertThat(written("x", tree)).doesNotContain("tfa_login_form");
    assertThat(XmlTree.parse(Xml.write("x", tree)))
        .isEqualTo(XmlTree.expected("x", tree).get(0));
  }
}
