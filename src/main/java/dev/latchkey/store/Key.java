package dev.latchkey.store;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The key of an item: its partition and its place in it. */
public record Key(String pk, String sk) {
  public Map<String, AttributeValue> attributes() {
    return Map.of("pk", Item.text(pk), "sk", Item.text(sk));
  }
}
