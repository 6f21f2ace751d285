package dev.latchkey.sam;

import dev.latchkey.local.DynamoDbLocal;
import java.util.Map;

/** What CloudFormation would know of this stack in an account: its name, region and the names that it gives. */
final class Stack {
  static final String NAME = "Latchkey";

  static final String REGION = DynamoDbLocal.REGION;
  static final String ACCOUNT = "000000000000";

  private static final Map<String, String> PSEUDO = Map.of(
      "AWS::StackName", NAME,
      "AWS::Region", REGION,
      "AWS::AccountId", ACCOUNT,
      "AWS::Partition", "aws",
      "AWS::URLSuffix", "amazonaws.com");

  private Stack() {}

  /** @return null for none */
  static String pseudoParameter(String name) {
    return PSEUDO.get(name);
  }

  /** The name that a resource gets when the template gives it none. */
  static String physicalName(String logicalId) {
    return NAME + "-" + logicalId;
  }

  /** Of a function; of other resources nothing here asks. */
  static String arn(String logicalId) {
    return "arn:aws:lambda:" + REGION + ":" + ACCOUNT + ":function:" + physicalName(logicalId);
  }
}
