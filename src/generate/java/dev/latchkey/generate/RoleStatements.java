package dev.latchkey.generate;

import static java.util.stream.Collectors.joining;

import dev.latchkey.api.Permission;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the role of a Lambda allows, as lines of YAML: of the table only partitions that are named, and under {@code U#},
 * where credentials lie, only attributes that are named, unless tokens are what the function changes.
 *
 * <p>"Using IAM policy conditions for fine-grained access control" in the Amazon DynamoDB Developer Guide: {@code
 * dynamodb:LeadingKeys} are the partition keys of a request, and {@code dynamodb:Attributes} its attributes, those of its
 * key and of its conditions too. A condition of {@code ForAllValues} also holds for a key that a request does not have, and
 * so each is beside one of {@code Null}.
 */
public final class RoleStatements {
  private static final List<String> KEY = List.of("pk", "sk");

  /**
   * What admission names: the time of the last use, marks of calls, counters of months (in base 36 since 2020, so that their
   * names begin with a digit until the end of 2049) and of functions, and the copies that its condition is about; and of a
   * session its last use and wrong security tokens. With these alone nothing becomes a credential or a session.
   */
  private static final List<String> COUNTED = Stream.of(
          KEY.stream(),
          Stream.of("last_used", "last_ip", "last_seen", "misses", "s?", "calls_*", "live_*"),
          IntStream.rangeClosed(0, 9).mapToObj(digit -> digit + "*"))
      .flatMap(names -> names)
      .toList();

  /** What the sum of a user's calls names. */
  private static final List<String> SUMMED =
      Stream.concat(KEY.stream(), Stream.of("calls_*", "summed_at")).toList();

  private static final List<String> PROFILE = Stream.concat(
          KEY.stream(),
          Stream.of(
              "public_key",
              "ranges",
              "ssh_user",
              "account",
              "sudo",
              "company_name",
              "company_id",
              "logo_url",
              "pub_support_contact",
              "pub_tech_contact",
              "tech_contact_email"))
      .toList();

  /** What makes a user, and what is counted of the company's resellers and lists. */
  private static final List<String> USER = Stream.concat(
          KEY.stream(),
          Stream.of(
              "acls",
              "suspended",
              "suspended_at",
              "suspend_reason",
              "suspend_locked",
              "account_limit",
              "quota",
              "ending",
              "revision",
              "removed_at",
              "terminated_at",
              "resellers"))
      .toList();

  /** What is on a list, and how many lists there are. */
  private static final List<String> ACL_LIST = List.of("pk", "sk", "acls", "revision", "acl_lists");

  /** The table in use: the stack's own, or one that was named. */
  private static final String TABLE =
      "!If [MakesTable, !GetAtt Table.Arn, !Sub \"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}"
          + ":table/${TableName}\"]";

  private static final String SCHEMA = "SCHEMA";
  private static final String USERS = "U#*";
  private static final String SESSIONS = "X#*";
  private static final String USAGE = "M#*";
  private static final String BILLS = "B#*";
  private static final String RESELLERS = "RESELLERS";
  private static final String GONE = "RESELLERS#GONE";
  private static final String BILLING = "BILLING";
  private static final String QUOTAS = "QUOTAS";
  private static final String HELD = "H#*";
  private static final String AUDIT = "A#*";
  private static final String SEALS = "SEAL#*";
  private static final String UNSEALED = "UNSEALED";
  private static final String UNSIGNED = "UNSIGNED";
  private static final String UNSTREAMED = "UNSTREAMED";
  private static final String STREAMED = "STREAMED";
  private static final String OCCURRED = "OCCURRED";

  /** What is kept of calls with a key. */
  private static final String STAMPS = "I#*";

  private static final String RECEIPTS = "R#*";
  private static final String EVENTS = "EVENTS";
  private static final List<String> TOKENS = List.of("EXPIRES", "REVOKED", USERS);
  private static final List<String> TICKETS = List.of("T#*", "TICKETS", "TICKETS#CLOSED");
  private static final List<String> SERVERS = List.of(
      "AGENTS", "AHEAD", "DUE#*", "GIVEN", "GIVEN#*", "NODE#*", "S#*", "SERVERS", "SUSPENDED");

  private static final List<String> LISTED_USERS = List.of("ACLS", "RESELLERS");
  private static final List<String> FINDINGS = List.of("F#*");

  private static final List<String> READ = List.of("GetItem", "BatchGetItem", "Query");
  private static final List<String> WRITE =
      List.of("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem");

  /** How many there are of what is limited. */
  private static final Access COUNT = new Access(List.of("GetItem", "UpdateItem"), List.of(HELD));

  /** An entry, and the mark by which it is found to be sealed. */
  private static final List<Access> AUDITED = List.of(
      new Access(List.of("GetItem", "PutItem"), List.of(AUDIT)),
      new Access(List.of("PutItem"), List.of(UNSEALED)));

  private RoleStatements() {}

  /** @param attributes empty for all */
  private record Access(List<String> actions, List<String> keys, List<String> attributes) {
    Access(List<String> actions, List<String> keys) {
      this(actions, keys, List.of());
    }

    String allowed() {
      return said("Allow");
    }

    String said(String effect) {
      var keyed = "\"dynamodb:LeadingKeys\": [" + quoted(keys) + "]";
      var none = "\"dynamodb:LeadingKeys\": \"false\"";
      if (!attributes.isEmpty()) {
        keyed += ", \"dynamodb:Attributes\": [" + quoted(attributes) + "]";
        none += ", \"dynamodb:Attributes\": \"false\"";
      }
      return "{ Effect: " + effect + ", Action: ["
          + actions.stream().map(action -> "dynamodb:" + action).collect(joining(", "))
          + "], Resource: " + TABLE + ", Condition: { \"ForAllValues:StringLike\": { " + keyed
          + " }, \"Null\": { " + none + " } } }";
    }

    private static String quoted(List<String> texts) {
      return texts.stream().map(text -> '"' + text + '"').collect(joining(", "));
    }
  }

  /**
   * The statements of a function that anybody may call.
   *
   * @param changes whether it writes audit entries
   */
  public static List<String> of(Collection<Permission> permissions, boolean changes) {
    var table = new ArrayList<Access>();
    table.add(new Access(List.of("GetItem"), List.of(SCHEMA, USERS, SESSIONS)));
    table.add(
        new Access(List.of("UpdateItem"), List.of(USAGE, OCCURRED, USERS, SESSIONS), COUNTED));
    if (changes) {
      table.addAll(AUDITED);
      table.add(new Access(List.of("ConditionCheckItem"), List.of(USERS, SESSIONS)));
      table.add(new Access(List.of("GetItem", "PutItem", "UpdateItem"), List.of(STAMPS)));
    }
    permissions.forEach(permission -> table.addAll(access(permission)));
    var statements = lines(table);
    statements.add("- !If [HasUsageRecords, "
        + new Access(List.of("PutItem"), List.of(USAGE)).allowed() + ", !Ref AWS::NoValue]");
    if (permissions.contains(Permission.RUN_COMMAND)) {
      statements.addAll(ofServers());
    }
    return statements;
  }

  /** Ends what expired, keeps what tokens counted that are gone, signs and streams. */
  static List<String> ofReconciler() {
    var table = new ArrayList<>(access(Permission.CHANGE_SERVERS));
    table.addAll(access(Permission.CHANGE_FINDINGS));
    table.addAll(AUDITED);
    table.addAll(access(Permission.READ_SEALS));
    table.addAll(access(Permission.READ_AUDIT));
    table.add(new Access(List.of("PutItem"), List.of(SEALS, UNSIGNED)));
    table.add(new Access(List.of("Query"), List.of(UNSIGNED)));
    table.add(new Access(List.of("DeleteItem"), List.of(OCCURRED, UNSEALED, UNSIGNED, UNSTREAMED)));
    table.add(new Access(List.of("UpdateItem"), List.of(STREAMED, UNSTREAMED)));
    table.add(new Access(List.of("Query"), List.of(UNSTREAMED)));
    table.add(new Access(List.of("GetItem"), List.of(STREAMED)));
    table.add(new Access(List.of("UpdateItem"), List.of(USAGE, USERS), COUNTED));
    table.add(new Access(List.of("UpdateItem"), List.of(USERS), SUMMED));
    table.add(new Access(
        List.of("BatchGetItem", "DeleteItem", "GetItem", "Query", "UpdateItem"), List.of(USAGE)));
    table.add(new Access(List.of("GetItem", "PutItem", "Query"), List.of(BILLING)));
    table.add(new Access(List.of("Query"), List.of(QUOTAS, RESELLERS, GONE)));
    table.add(new Access(List.of("GetItem", "PutItem"), List.of(BILLS)));
    table.add(new Access(List.of("Query", "DeleteItem"), List.of("EXPIRES", "REVOKED", EVENTS)));
    table.add(new Access(List.of("GetItem", "PutItem"), List.of("EVENTS#TOLD")));
    // What the access of a suspended user is.
    table.add(new Access(List.of("Query"), List.of("TICKETS")));
    table.add(new Access(List.of("GetItem", "DeleteItem", "Query"), List.of(USERS)));
    table.add(new Access(List.of("GetItem"), List.of(SCHEMA)));
    var statements = lines(table);
    statements.addAll(ofServers());
    statements.add(
        "- !If [HasSigningKey, { Effect: Allow, Action: [kms:GetPublicKey, kms:Sign], Resource: !Ref SigningKeyArn }, !Ref AWS::NoValue]");
    statements.add(
        "- !If [HasEvents, { Effect: Allow, Action: events:PutEvents, Resource: !Sub"
            + " \"arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${Events}\" }, !Ref AWS::NoValue]");
    // It may not read there, nor remove or change anything.
    statements.add(
        "- !If [HasAuditStream, { Effect: Allow, Action: s3:PutObject, Resource: !Sub \"${AuditBucket.Arn}/audit/*\" }, !Ref AWS::NoValue]");
    return statements;
  }

  /** Makes root, and a token of root's. */
  static List<String> ofBootstrap() {
    return lines(List.of(
        new Access(List.of("GetItem"), List.of(SCHEMA)),
        AUDITED.get(0),
        AUDITED.get(1),
        new Access(List.of("GetItem", "PutItem"), List.of(USERS)),
        new Access(List.of("PutItem"), List.of(HELD))));
  }

  private static List<Access> access(Permission permission) {
    return switch (permission) {
      case READ_AUDIT -> List.of(new Access(List.of("Query"), List.of(AUDIT, OCCURRED)));
      case READ_SEALS ->
        List.of(
            new Access(List.of("Query"), List.of(AUDIT, SEALS, UNSEALED)),
            new Access(List.of("BatchGetItem"), List.of(AUDIT, UNSEALED)));
      case READ_USAGE ->
        List.of(
            new Access(READ, List.of(USAGE, BILLS)),
            new Access(List.of("Query"), List.of(BILLING, RESELLERS, GONE, USERS)));
      case READ_TOKENS -> List.of(new Access(List.of("BatchGetItem", "Query"), List.of(USERS)));
      case CHANGE_TOKENS ->
        List.of(
            new Access(List.of("BatchGetItem", "Query"), List.of(USERS)),
            new Access(WRITE, TOKENS),
            COUNT);
      case READ_USERS -> List.of(new Access(List.of("GetItem", "Query"), LISTED_USERS));
      case CHANGE_USERS ->
        List.of(
            new Access(List.of("GetItem"), List.of(HELD)),
            new Access(List.of("PutItem", "DeleteItem"), List.of(QUOTAS, RESELLERS)),
            new Access(List.of("PutItem"), List.of(GONE)),
            new Access(List.of("UpdateItem"), List.of(HELD, USERS), USER));
      case CHANGE_ACL_LISTS ->
        List.of(
            new Access(List.of("GetItem"), List.of(HELD)),
            new Access(List.of("PutItem", "DeleteItem"), List.of("ACLS")),
            new Access(List.of("UpdateItem"), List.of("ACLS", HELD), ACL_LIST));
      case CHANGE_PROFILE -> List.of(new Access(List.of("UpdateItem"), List.of(USERS), PROFILE));
      case READ_TICKETS ->
        List.of(new Access(READ, TICKETS), new Access(List.of("BatchGetItem"), List.of(USERS)));
      case CHANGE_TICKETS ->
        List.of(
            new Access(READ, TICKETS),
            new Access(List.of("BatchGetItem"), List.of(USERS)),
            new Access(WRITE, TICKETS),
            COUNT);
      case READ_SERVERS ->
        List.of(new Access(READ, SERVERS), new Access(List.of("Query"), List.of(RECEIPTS)));
      case CHANGE_SERVERS ->
        List.of(
            new Access(READ, SERVERS),
            new Access(WRITE, SERVERS),
            new Access(List.of("UpdateItem"), List.of(EVENTS)),
            new Access(List.of("PutItem"), List.of(RECEIPTS)),
            // A closed ticket is listed elsewhere when the last of its access is gone.
            new Access(
                List.of("GetItem", "PutItem", "UpdateItem", "DeleteItem"),
                List.of("TICKETS", "TICKETS#CLOSED")),
            COUNT);
      case READ_FINDINGS -> List.of(new Access(List.of("BatchGetItem", "Query"), FINDINGS));
      case CHANGE_FINDINGS ->
        List.of(
            new Access(READ, FINDINGS),
            new Access(WRITE, FINDINGS),
            new Access(List.of("UpdateItem"), List.of(EVENTS)));
      case CHANGE_SESSIONS ->
        List.of(new Access(List.of("Query", "PutItem", "DeleteItem"), List.of(SESSIONS)), COUNT);
      case END_SESSIONS -> List.of(new Access(List.of("Query", "DeleteItem"), List.of(SESSIONS)));
      case RUN_COMMAND -> List.of();
    };
  }

  /**
   * One statement for all that an action is allowed to be about, and one for all actions that are allowed the same: AWS does
   * not say whether it judges each item of a transaction, or all that an action is about together, and so both must be
   * allowed. With what is denied to all: only PutItem makes an audit entry, a seal or a receipt, and nothing changes or removes
   * one.
   */
  private static List<String> lines(Collection<Access> table) {
    var keys = new TreeMap<String, Set<String>>();
    var limited = new LinkedHashSet<Access>();
    for (var access : table) {
      if (access.attributes().isEmpty()) {
        access
            .actions()
            .forEach(action ->
                keys.computeIfAbsent(action, none -> new TreeSet<>()).addAll(access.keys()));
      } else {
        limited.add(access);
      }
    }
    var actions = new LinkedHashMap<Set<String>, List<String>>();
    keys.forEach((action, about) ->
        actions.computeIfAbsent(about, none -> new ArrayList<>()).add(action));
    var lines = new ArrayList<String>();
    actions.forEach(
        (about, same) -> lines.add("- " + new Access(same, List.copyOf(about)).allowed()));
    limited.forEach(access -> lines.add("- " + access.allowed()));
    lines.add("- "
        + new Access(List.of("UpdateItem", "DeleteItem"), List.of(AUDIT, RECEIPTS, SEALS, BILLS))
            .said("Deny"));
    return lines;
  }

  /** What it may ask of Systems Manager. */
  private static List<String> ofServers() {
    return List.of(
        "- Effect: Allow",
        "  Action: ssm:SendCommand",
        "  Resource:",
        "    - !Sub \"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:document/${OrderDocument}\"",
        "    - !Sub \"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:document/${InstallDocument}\"",
        "    # Those of the release before and after it, which functions run until the update has reached them.",
        "    - !Sub \"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:document/${AWS::StackName}-OrderDocument-*\"",
        "    - !Sub \"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:document/${AWS::StackName}-InstallDocument-*\"",
        "- Effect: Allow",
        "  Action: ssm:SendCommand",
        "  Resource:",
        "    - !Sub \"arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:instance/*\"",
        "    - !Sub \"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:managed-instance/*\"",
        "  Condition: { StringEquals: { \"ssm:resourceTag/Latchkey\": !Ref AWS::StackName } }",
        "- { Effect: Allow, Action: ssm:GetCommandInvocation, Resource: \"*\" } # it knows no resources");
  }
}
