package dev.latchkey.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonProperties {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Property
  void whatIsWrittenIsReadBackByAnotherParser(@ForAll("wellFormed") Data.Hash tree)
      throws IOException {
    assertThat(MAPPER.readTree(Json.write(tree))).isEqualTo(node(tree));
  }

  @Property
  void theMarkOfTheLoginFormNeverOccurs(@ForAll("any") Data.Hash tree) {
    assertThat(new String(Json.write(tree), StandardCharsets.UTF_8))
        .doesNotContain("tfa_login_form");
  }

  @Property
  void loneSurrogatesTooMakeJsonInUtf8(@ForAll("any") Data.Hash tree)
      throws CharacterCodingException, JsonProcessingException {
    var text = StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(Json.write(tree)))
        .toString();

    assertThat(MAPPER.readTree(text).isObject()).isTrue();
  }

  @Provide
  Arbitrary<Data.Hash> wellFormed() {
    return HostileTrees.wellFormed();
  }

  @Provide
  Arbitrary<Data.Hash> any() {
    return HostileTrees.any();
  }

  private static JsonNode node(Data data) {
    if (data instanceof Data.Hash hash) {
      var object = NODES.objectNode();
      hash.entries().forEach((key, value) -> object.set(key, node(value)));
      return object;
    } else if (data instanceof Data.Sequence sequence) {
      var array = NODES.arrayNode();
      sequence.items().forEach(item -> array.add(node(item)));
      return array;
    } else if (data instanceof Data.Text text) {
      return NODES.textNode(text.value());
    } else if (data instanceof Data.Number number) {
      return number.value() == (int) number.value()
          ? NODES.numberNode((int) number.value())
          : NODES.numberNode(number.value());
    }
    return NODES.nullNode();
  }
}
