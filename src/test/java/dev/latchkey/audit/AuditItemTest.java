package dev.latchkey.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Every entry has a line, whatever somebody made of it, and no two that differ have the same. */
class AuditItemTest {
  private static final Item ENTRY = Item.at(new Key("A#ann", "000001900000000000#r"))
      .with("what", "made")
      .with("at", 1_900_000_000_000L)
      .with("tickets", "7 8");

  private static String line(Item item) {
    return AuditItem.line(item).text();
  }

  private static AttributeValue bytes(String text) {
    return AttributeValue.fromB(SdkBytes.fromUtf8String(text));
  }

  /** The hashes of entries that are sealed are of this line. */
  @Test
  void textsAndWholeNumbersAreWrittenAsTheyAre() {
    assertThat(line(ENTRY))
        .isEqualTo(
            "{\"at\":1900000000000,\"line\":\"entry\",\"place\":\"000001900000000000#r\",\"tickets\":\"7 8\",\"user\":\"ann\",\"what\":\"made\"}");
    assertThat(AuditItem.line(ENTRY).tickets()).contains(List.of("7", "8"));
  }

  @Test
  void whateverAnAttributeIsItHasALineOfItsOwn() {
    var values = Stream.of(
            AttributeValue.fromS("1"),
            AttributeValue.fromN("1"),
            AttributeValue.fromN("1.5"),
            AttributeValue.fromN("99999999999999999999"),
            bytes("1"),
            bytes("2"),
            AttributeValue.fromBool(true),
            AttributeValue.fromBool(false),
            AttributeValue.fromNul(true),
            AttributeValue.fromSs(List.of("1", "2")),
            AttributeValue.fromNs(List.of("1", "2")),
            AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("1"))),
            AttributeValue.fromL(List.of()),
            AttributeValue.fromL(List.of(AttributeValue.fromS("1"), bytes("1"))),
            AttributeValue.fromM(Map.of()),
            AttributeValue.fromM(Map.of("a", AttributeValue.fromN("1"))),
            AttributeValue.fromM(Map.of("a", AttributeValue.fromS("1"))))
        .toList();

    for (var name : List.of("what", "more", "line", "user", "place", "tickets", "kind")) {
      var lines = new HashSet<String>();
      lines.add(line(ENTRY));
      values.forEach(value -> lines.add(line(ENTRY.with(name, value))));
      assertThat(lines).as(name).hasSize(values.size() + 1);
    }
  }

  @Test
  void theOrderInWhichASetIsReadChangesNothing() {
    assertThat(line(ENTRY.with("more", AttributeValue.fromSs(List.of("b", "a")))))
        .isEqualTo(line(ENTRY.with("more", AttributeValue.fromSs(List.of("a", "b")))));
  }

  @Test
  void anAttributeThatIsCalledLikeAMemberOfTheLineIsSeen() {
    assertThat(line(ENTRY.with("line", "entry"))).isNotEqualTo(line(ENTRY));
    assertThat(line(ENTRY.with("user", "ann"))).isNotEqualTo(line(ENTRY));
  }

  @Test
  void ticketsThatAreNoTextAreNone() {
    assertThat(AuditItem.line(ENTRY.with("tickets", 7)).tickets()).isEmpty();
  }
}
