package dev.latchkey.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What is damaged is never taken for what is not there. */
class ItemTest {
  private static final Item ITEM = Item.at(new Key("U#ann", "PROFILE"));

  private static final Map<String, AttributeValue> OF_EACH_TYPE = Map.of(
      "text", Item.text("a"),
      "number", Item.number(1),
      "bytes", Item.bytes(new byte[] {1}),
      "set", Item.set(List.of("a")).orElseThrow(),
      "flag", AttributeValue.fromBool(true),
      "texts", AttributeValue.fromL(List.of(Item.text("a"))),
      "maps", AttributeValue.fromL(List.of(AttributeValue.fromM(Map.of()))),
      "map", AttributeValue.fromM(Map.of()),
      "null", AttributeValue.fromNul(true));

  private static final Map<String, Function<Item, Object>> READERS = Map.of(
      "text", item -> item.findText("it"),
      "number", item -> item.findNumber("it"),
      "bytes", item -> item.findBytes("it"),
      "set", item -> item.getSet("it"),
      "flag", item -> item.getFlag("it"),
      "texts", item -> item.getTexts("it"),
      "maps", item -> item.getMaps("it"),
      "map", item -> item.getMap("it"));

  @Test
  void anAttributeOfAnotherTypeIsNamedAndNotTakenForNothing() {
    READERS.forEach((type, reader) -> {
      assertThat(reader.apply(ITEM)).as("no " + type).isNotNull();
      OF_EACH_TYPE.forEach((other, value) -> {
        var item = ITEM.with("it", value);
        if (other.equals(type)) {
          assertThat(reader.apply(item)).as(type).isNotNull();
        } else {
          assertThatThrownBy(() -> reader.apply(item))
              .as(other + " read as " + type)
              .isInstanceOf(DamagedItem.class)
              .hasMessageContaining("“U#ann” / “PROFILE”")
              .hasMessageContaining("“it”");
        }
      });
    });
  }

  @Test
  void whatMustBeThereIsNamed() {
    var readers = List.<Function<Item, Object>>of(
        item -> item.getText("it"), item -> item.getNumber("it"), item -> item.getFullSet("it"));
    for (var reader : readers) {
      assertThatThrownBy(() -> reader.apply(ITEM))
          .isInstanceOf(DamagedItem.class)
          .hasMessageContaining("its “it” is not there");
    }
  }

  @Test
  void aNumberThatIsNoneOfOursIsNamedWithoutIt() {
    for (var number : List.of("1.5", "123456789012345678901234567890")) {
      assertThatThrownBy(() -> ITEM.with("it", AttributeValue.fromN(number)).getNumber("it"))
          .isInstanceOf(DamagedItem.class)
          .hasMessageNotContaining(number);
    }
  }

  @Test
  void oneThatCannotBeReadKeepsNoOtherFromBeingRead() {
    var all = List.of(
        ITEM.with("it", 1),
        Item.at(new Key("U#bob", "PROFILE")).with("it", "x"),
        ITEM.with("it", 3));

    var items = Items.each(all, item -> item.getNumber("it"));

    assertThat(items.read()).containsExactly(1L, 3L);
    assertThat(items.damaged())
        .extracting(DamagedItem::key)
        .containsExactly(new Key("U#bob", "PROFILE"));
    assertThatThrownBy(items::whole).isInstanceOf(DamagedItem.class);
  }

  @Test
  void whateverAReaderFailsWithTheItemIsNamed() {
    assertThatThrownBy(() -> ITEM.as(item -> List.of().get(0)))
        .isInstanceOf(DamagedItem.class)
        .hasMessageContaining("“U#ann” / “PROFILE”")
        .hasCauseInstanceOf(IndexOutOfBoundsException.class);
  }
}
