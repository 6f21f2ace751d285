package dev.latchkey.sam;

import static dev.latchkey.testing.IamRequest.ATTRIBUTES;
import static dev.latchkey.testing.IamRequest.LEADING_KEYS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.testing.IamRequest;
import dev.latchkey.testing.IamRequests;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** What somebody who has broken into one function could do with its role. {@code RoleTest} has what a function asks for. */
class DeployedRolesTest {
  private static final DeployedRoles ROLES = DeployedRoles.read();
  private static final IamRequests IAM = new IamRequests(ROLES.resources());
  private static final String TABLE = ROLES.resources().table();
  private static final String UPDATE = "dynamodb:UpdateItem";
  private static final List<String> PRIVILEGES =
      List.of("acls", "token_name", "revision", "suspended", "expires_at", "addresses", "quota");
  private static final Set<String> CHANGES_TOKENS = Set.of(
      "ApiTokenCreate",
      "ApiTokenUpdate",
      "ApiTokenRevoke",
      "ApiTokenRotate",
      "Batch",
      "Unsetupreseller",
      "Terminatereseller");

  /** What makes a user is written by these, and of a token nothing else. */
  private static final Set<String> CHANGES_USERS = Set.of(
      "Setupreseller", "Setacls", "Suspendreseller", "Unsuspendreseller", "Setresellerlimits");

  private static final Set<String> OF_USERS = Set.of("acls", "revision", "suspended", "quota");

  /** A condition too: what it may name there it could set. */
  @Test
  void whatGivesPrivilegesIsNamedByTokenFunctionsAlone() {
    for (var id : ROLES.functions()) {
      if (CHANGES_USERS.contains(id)) {
        continue;
      }
      var role = ROLES.of(id);
      for (var attribute : PRIVILEGES) {
        assertThat(List.of(
                update("U#root", "SET " + attribute + " = :x"),
                update("U#root", "SET last_used = :x, " + attribute + " = :x"),
                update("U#root", "ADD " + attribute + " :x"),
                update("U#root", "REMOVE " + attribute),
                conditional("U#root", attribute)))
            .as(id + " and " + attribute)
            .allMatch(request -> role.allows(request) == CHANGES_TOKENS.contains(id));
      }
      assertThat(role.allows(put("U#root")))
          .as(id + " puts something in the place of a token")
          .isEqualTo(CHANGES_TOKENS.contains(id) || id.equals("Bootstrap"));
    }
  }

  @Test
  void whatMakesAUserIsAllThatFunctionsAboutUsersWriteThere() {
    for (var id : CHANGES_USERS) {
      var role = ROLES.of(id);
      for (var attribute : PRIVILEGES) {
        assertThat(role.allows(update("U#bob", "SET " + attribute + " = :x")))
            .as(id + " and " + attribute)
            .isEqualTo(OF_USERS.contains(attribute));
      }
      assertThat(role.allows(put("U#bob"))).as(id).isFalse();
      assertThat(role.allows(delete("U#bob"))).as(id).isFalse();
    }
  }

  /** All others may note the use of one that is there. */
  @Test
  void sessionsAreMadeByLoginAndByLinksAlone() {
    for (var id : ROLES.functions()) {
      var role = ROLES.of(id);
      assertThat(role.allows(put("X#root")))
          .as(id + " makes a session")
          .isEqualTo(Set.of("CreateUserSession", "Login", "Batch").contains(id));
      for (var attribute :
          List.of("revision", "acls", "opener", "token", "security", "ends_at", "expires")) {
        assertThat(role.allows(update("X#root", "SET " + attribute + " = :x")))
            .as(id + " and " + attribute)
            .isFalse();
      }
    }
    assertThat(ROLES.ofWhmFunction("version").allows(update("X#root", "SET last_seen = :x")))
        .isTrue();
  }

  /** {@code ForAllValues} alone holds for what a request does not name. */
  @Test
  void anUpdateNamesItsPartitionAndItsAttributes() {
    var version = ROLES.ofWhmFunction("version");
    var counts = update("U#root", "SET last_used = :x, #m = :x ADD #n :x");
    assertThat(version.allows(counts)).isTrue();
    for (var key : List.of(LEADING_KEYS, ATTRIBUTES)) {
      assertThat(version.allows(
              new IamRequest(UPDATE, TABLE, Map.of(key, counts.keys().get(key)))))
          .as(key + " alone")
          .isFalse();
    }
  }

  @Test
  void auditEntriesAndReceiptsAreNeitherChangedNorDeleted() {
    for (var id : ROLES.functions()) {
      var role = ROLES.of(id);
      // Of the console's pages the table is not even named.
      Predicate<IamRequest> isKept =
          id.equals("ConsolePages") ? request -> !role.allows(request) : role::denies;
      for (var partition : List.of("A#root", "R#web01", "SEAL#root")) {
        assertThat(List.of(update(partition, "SET what = :x"), delete(partition)))
            .as(id + " and " + partition)
            .allMatch(isKept);
      }
    }
  }

  @Test
  void aFunctionReachesItsOwnPartitionsAlone() {
    for (var id : ROLES.functions()) {
      assertThat(List.of(query("Z#root"), put("Z#root"), update("Z#root", "SET last_used = :x")))
          .as(id)
          .noneMatch(ROLES.of(id)::allows);
    }
    assertRefused(
        "version",
        query("U#root"),
        query("S#web01"),
        query("A#root"),
        put("A#root"),
        update("S#web01", "SET last_used = :x"));
    assertRefused(
        "ticket_grant", query("A#root"), query("U#root"), put("M#root#202611"), put("NOBODY"));
    assertRefused("audit_list", put("A#root"), query("T#1"));
    assertRefused("ticket_list", query("U#root"), put("T#1"));
    assertRefused("api_token_create", query("S#web01"), put("S#web01"), delete("T#1"));
    assertRefused("vendor_profile_set", put("U#root"), delete("U#root"), put("T#1"));
  }

  /** CloudFormation makes another document of another text, and changes roles before functions. */
  @Test
  void theDocumentsOfAnotherReleaseOfThisStackMayBeSentToo() {
    var stack = "arn:aws:ssm:" + Stack.REGION + ":" + Stack.ACCOUNT + ":document/" + Stack.NAME;
    for (var document : List.of("-OrderDocument-1A2B3C", "-InstallDocument-1A2B3C")) {
      assertThat(send(stack + document)).satisfies(request -> {
        assertThat(ROLES.ofWhmFunction("ticket_revoke").allows(request)).isTrue();
        assertThat(ROLES.of("Reconciler").allows(request)).isTrue();
        assertThat(ROLES.ofWhmFunction("version").allows(request)).isFalse();
      });
    }
    assertRefused(
        "ticket_revoke",
        send(stack + "2-OrderDocument-1A2B3C"),
        send(stack + "-OtherDocument-1A2B3C"),
        send("arn:aws:ssm:" + Stack.REGION + "::document/AWS-RunShellScript"));
  }

  private static IamRequest send(String document) {
    return new IamRequest("ssm:SendCommand", document, Map.of());
  }

  /** IAM's quota for the policies in a role. */
  @Test
  void noRoleIsTooLong() {
    assertThat(ROLES.functions()).allMatch(id -> ROLES.length(id) < 10_240);
  }

  private static void assertRefused(String function, IamRequest... requests) {
    assertThat(requests).as(function).noneMatch(ROLES.ofWhmFunction(function)::allows);
  }

  private static IamRequest update(String partition, String expression) {
    return ask(UpdateItemRequest.builder()
        .key(key(partition))
        .updateExpression(expression)
        .expressionAttributeNames(Map.of("#m", "s7", "#n", "2A10"))
        .build());
  }

  private static IamRequest conditional(String partition, String attribute) {
    return ask(UpdateItemRequest.builder()
        .key(key(partition))
        .updateExpression("SET last_used = :x")
        .conditionExpression("attribute_exists(" + attribute + ")")
        .build());
  }

  private static IamRequest put(String partition) {
    return ask(PutItemRequest.builder().item(key(partition)).build());
  }

  private static IamRequest query(String partition) {
    return ask(QueryRequest.builder()
        .keyConditionExpression("pk = :pk AND sk BETWEEN :first AND :last")
        .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS(partition)))
        .build());
  }

  private static IamRequest delete(String partition) {
    var delete = Delete.builder().key(key(partition)).build();
    return ask(TransactWriteItemsRequest.builder()
        .transactItems(TransactWriteItem.builder().delete(delete).build())
        .build());
  }

  private static IamRequest ask(SdkRequest request) {
    return IAM.of(request).get(0);
  }

  private static Map<String, AttributeValue> key(String partition) {
    return Map.of("pk", AttributeValue.fromS(partition), "sk", AttributeValue.fromS("C#x"));
  }
}
