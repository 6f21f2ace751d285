package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.api.Argument;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FormProperties {
  @Property
  void whatURLEncoderWritesIsReadBack(@ForAll("arguments") List<Argument> arguments) {
    var form = new StringBuilder();
    for (var argument : arguments) {
      form.append(form.isEmpty() ? "" : "&")
          .append(encode(argument.name()))
          .append('=')
          .append(encode(argument.value()));
    }

    assertThat(read(form.toString())).isEqualTo(arguments);
  }

  @Property
  void unicodeThatIsNotEscapedIsReadAsItIs(@ForAll("unicode") String text) {
    Assume.that(text.chars().noneMatch(c -> "%+&=".indexOf(c) >= 0));

    assertThat(Form.decode(text, "the body")).isEqualTo(text);
  }

  @Provide
  Arbitrary<String> unicode() {
    var plain = Arbitraries.chars().range('\u0000', '\uD7FF').map(String::valueOf);
    var beyond = Arbitraries.integers().between(0x10000, 0x10FFFF).map(Character::toString);
    return Arbitraries.oneOf(
            plain,
            beyond,
            Arbitraries.of("%", "+", "&", "=", " ", ";", "[", "]", "\uE000", "\uFFFF"))
        .list()
        .ofMaxSize(20)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<List<Argument>> arguments() {
    return Combinators.combine(unicode(), unicode()).as(Argument::new).list().ofMaxSize(8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static List<Argument> read(String form) {
    var all = new ArrayList<Argument>();
    Form.read(form, "the query", all::add);
    return all;
  }
}
