package dev.latchkey.testing;

import static dev.latchkey.testing.IamRequest.ATTRIBUTES;
import static dev.latchkey.testing.IamRequest.LEADING_KEYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** What judges the roles of the tests, against what IAM's documentation says of each operator. */
class IamPolicyTest {
  private static final String KEY = "the:Key";

  /** The values of the key are separated by blanks; none stands for a key that is not in the request. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
          StringEquals              | a*    | a*     | true
          StringEquals              | a*    | ab     | false
          StringEquals              | a     | A      | false
          StringEquals              | a     | -      | false
          StringEqualsIfExists      | a     | -      | true
          StringEqualsIfExists      | a     | b      | false
          StringNotEquals           | a     | b      | true
          StringNotEquals           | a     | -      | true
          StringLike                | U#*   | U#root | true
          StringLike                | U#*   | U#     | true
          StringLike                | U#*   | XU#    | false
          StringLike                | s?    | s7     | true
          StringLike                | s?    | s77    | false
          StringLike                | a.c   | abc    | false
          StringNotLike             | U#*   | U#root | false
          ForAllValues:StringLike   | U#* M#* | U#a M#b | true
          ForAllValues:StringLike   | U#* M#* | U#a A#b | false
          ForAllValues:StringLike   | U#*   | -      | true
          ForAllValues:StringEquals | a b   | b      | true
          ForAnyValue:StringLike    | A#*   | U#a A#b | true
          ForAnyValue:StringLike    | A#*   | U#a    | false
          ForAnyValue:StringLike    | A#*   | -      | false
          Null                      | false | a      | true
          Null                      | false | -      | false
          Null                      | true  | -      | true
          """)
  void anOperatorHolds(String operator, String named, String has, boolean holds) {
    var policy = policy(
        "Allow", "dynamodb:GetItem", Map.of(operator, Map.of(KEY, List.of(named.split(" ")))));
    assertThat(policy.allows(request("dynamodb:GetItem", has))).isEqualTo(holds);
  }

  @Test
  void allOperatorsAndAllOfTheirKeysMustHold() {
    var both = policy(
        "Allow",
        "dynamodb:GetItem",
        Map.of(
            "ForAllValues:StringLike", Map.of(KEY, "a", LEADING_KEYS, "U#*"),
            "Null", Map.of(LEADING_KEYS, "false")));
    assertThat(both.allows(request("dynamodb:GetItem", "a"))).isFalse();
    assertThat(both.allows(
            new IamRequest("dynamodb:GetItem", "table", Map.of(LEADING_KEYS, List.of("U#root")))))
        .isTrue();
  }

  @Test
  void whatNoStatementAllowsIsRefusedAndADenialEndsIt() {
    var allows = statement("Allow", "dynamodb:*Item", Map.of());
    var denies = statement("Deny", "dynamodb:PutItem", Map.of());
    var policy = new IamPolicy(List.of(allows, denies));
    assertThat(policy.allows(request("dynamodb:GetItem", null))).isTrue();
    assertThat(policy.allows(request("dynamodb:PutItem", null))).isFalse();
    assertThat(policy.allows(request("dynamodb:Query", null))).isFalse();
    assertThat(policy.allows(new IamRequest("dynamodb:GetItem", "another", Map.of())))
        .isFalse();
  }

  @Test
  void whatIsNotKnownFails() {
    var policy = policy("Allow", "dynamodb:GetItem", Map.of("StringLikes", Map.of(KEY, "a")));
    assertThatThrownBy(() -> policy.allows(request("dynamodb:GetItem", "a")))
        .hasMessageContaining("StringLikes");
    var several = policy("Allow", "dynamodb:GetItem", Map.of("StringLike", Map.of(KEY, "a")));
    assertThatThrownBy(() -> several.allows(request("dynamodb:GetItem", "a b")))
        .hasMessageContaining("one value");
  }

  /** Those of the key, the update, and the condition; a path counts as the attribute that it begins with. */
  @Test
  void aRequestNamesTheAttributesOfAllItsExpressions() {
    var request = UpdateItemRequest.builder()
        .key(Map.of("pk", AttributeValue.fromS("U#root"), "sk", AttributeValue.fromS("C#1")))
        .updateExpression("SET last_used = :now, #a.b = if_not_exists(c[0], :x) ADD #n0 :n0")
        .conditionExpression("attribute_exists(revision) AND NOT contains(acls, :all)")
        .expressionAttributeNames(Map.of("#a", "deep", "#n0", "2A10"))
        .build();
    var resources = new IamRequests.Resources("table", Map.of(), "node", "tag");
    assertThat(new IamRequests(resources).of(request))
        .containsExactly(new IamRequest(
            "dynamodb:UpdateItem",
            "table",
            Map.of(
                LEADING_KEYS,
                List.of("U#root"),
                ATTRIBUTES,
                List.of("2A10", "acls", "c", "deep", "last_used", "pk", "revision", "sk"))));
  }

  private static IamRequest request(String action, String has) {
    return new IamRequest(
        action, "table", has == null ? Map.of() : Map.of(KEY, List.of(has.split(" "))));
  }

  private static IamPolicy policy(String effect, String action, Map<?, ?> condition) {
    return new IamPolicy(List.of(statement(effect, action, condition)));
  }

  private static Map<?, ?> statement(String effect, String action, Map<?, ?> condition) {
    return Map.of(
        "Effect", effect, "Action", List.of(action), "Resource", "table", "Condition", condition);
  }
}
