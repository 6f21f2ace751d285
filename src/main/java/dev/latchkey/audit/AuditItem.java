package dev.latchkey.audit;

import dev.latchkey.data.CanonicalJson;
import dev.latchkey.data.Data;
import dev.latchkey.store.Item;
import java.util.Base64;
import java.util.List;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue.Type;

/** What the tables of this room know of the item of an audit entry. */
final class AuditItem {
  static final String PARTITION = "A#";

  /** The tickets that a change is about, with a blank between them; entries of an earlier release do not have it. */
  static final String TICKETS = "tickets";

  private static final List<String> OURS = List.of("line", "user", "place");

  private AuditItem() {}

  /** @param item of the partition {@code A#user} */
  static EntryLine line(Item item) {
    var line = Data.hash().with("line", "entry");
    for (var attribute : item.attributes().entrySet()) {
      var value = attribute.getValue();
      line = switch (attribute.getKey()) {
        case "pk" -> line.with("user", value.s().substring(PARTITION.length()));
        case "sk" -> line.with("place", value.s());
        default -> line.with(name(attribute.getKey()), data(value));
      };
    }
    return new EntryLine(
        item.getText("sk"),
        CanonicalJson.write(line),
        item.find(TICKETS)
            .filter(tickets -> tickets.type() == Type.S)
            .map(tickets -> List.of(tickets.s().split(" "))),
        item.find("kind").isPresent());
  }

  /** An attribute that somebody called like a member of the line takes no place in it. */
  private static String name(String attribute) {
    return OURS.contains(attribute) ? "attribute " + attribute : attribute;
  }

  /** What we write is a text or a whole number; whatever else somebody put there has its type beside it. */
  private static Data data(AttributeValue value) {
    return switch (value.type()) {
      case S -> Data.text(value.s());
      case N -> number(value.n());
      case B -> typed(value, Data.text(base64(value.b())));
      case SS -> typed(value, Data.texts(value.ss().stream().sorted().toList()));
      case NS -> typed(value, Data.texts(value.ns().stream().sorted().toList()));
      case BS ->
        typed(
            value,
            Data.texts(value.bs().stream().map(AuditItem::base64).sorted().toList()));
      case L ->
        typed(value, new Data.Sequence(value.l().stream().map(AuditItem::data).toList()));
      case M ->
        typed(
            value,
            value.m().entrySet().stream()
                .reduce(
                    Data.hash(),
                    (all, one) -> all.with(one.getKey(), data(one.getValue())),
                    Data.Hash::with));
      case BOOL -> typed(value, Data.flag(value.bool()));
      default -> typed(value, Data.NULL);
    };
  }

  private static Data number(String digits) {
    try {
      return Data.number(Long.parseLong(digits));
    } catch (NumberFormatException e) {
      return typed("N", Data.text(digits));
    }
  }

  private static Data typed(AttributeValue of, Data value) {
    return typed(of.type().name(), value);
  }

  private static Data typed(String type, Data value) {
    return Data.hash().with("type", type).with("value", value);
  }

  private static String base64(SdkBytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.asByteArray());
  }
}
