package dev.latchkey.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.api.WhmFailure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FormBytesProperties {
  @Property
  void escapedBytesAreReadJustWhenTheyAreUtf8(@ForAll("bytes") List<Byte> bytes) {
    var raw = new byte[bytes.size()];
    var escaped = new StringBuilder();
    for (var i = 0; i < raw.length; i++) {
      raw[i] = bytes.get(i);
      escaped.append('%').append(HexFormat.of().toHexDigits(raw[i]));
    }
    try {
      var text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
      assertThat(Form.decode(escaped.toString(), "the query")).isEqualTo(text);
    } catch (CharacterCodingException e) {
      assertThatExceptionOfType(WhmFailure.class)
          .isThrownBy(() -> Form.decode(escaped.toString(), "the query"));
    }
  }

  /** Lead bytes, continuation bytes and ASCII, so that a good part is UTF-8 and a good part nearly. */
  @Provide
  Arbitrary<List<Byte>> bytes() {
    return Arbitraries.oneOf(
            Arbitraries.bytes(),
            Arbitraries.of(
                (byte) 0xC2, (byte) 0xC0, (byte) 0xE0, (byte) 0xED, (byte) 0xF0, (byte) 0xF4),
            Arbitraries.bytes().between((byte) 0x80, (byte) 0xBF))
        .list()
        .ofMaxSize(6);
  }
}
