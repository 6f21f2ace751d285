package dev.latchkey.testing;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What IAM judges: an action on a resource, with the keys that conditions may name.
 *
 * @param keys the values of each key; a key without values is not in the request
 */
public record IamRequest(String action, String resource, Map<String, List<String>> keys) {
  public static final String LEADING_KEYS = "dynamodb:LeadingKeys";
  public static final String ATTRIBUTES = "dynamodb:Attributes";

  public IamRequest {
    keys = new TreeMap<>(keys);
    keys.values().removeIf(List::isEmpty);
  }
}
