package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class XmlProperties {
  @Property
  void whatIsWrittenIsReadBackByTheJdksParser(@ForAll("any") Data.Hash tree) {
    assertThat(XmlTree.parse(Xml.write("result", tree)))
        .isEqualTo(XmlTree.expected("result", tree).get(0));
  }

  @Property
  void theMarkOfTheLoginFormNeverOccurs(@ForAll("any") Data.Hash tree) {
    assertThat(new String(Xml.write("result", tree), StandardCharsets.UTF_8))
        .doesNotContain("tfa_login_form");
  }

  @Provide
  Arbitrary<Data.Hash> any() {
    return HostileTrees.any();
  }
}
