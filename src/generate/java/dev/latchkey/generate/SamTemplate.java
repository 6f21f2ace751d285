package dev.latchkey.generate;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Permission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The SAM template: what is the same for every deployment is {@code infra/sam/*.yaml}, and what is said of each function is
 * made of its declaration.
 */
public final class SamTemplate {
  private static final Path PARTS = Path.of("infra/sam");
  private static final Path DOCUMENTS = Path.of("infra/ssm");

  /**
   * The partition keys of which any call updates items: for admission the credential and, if it has a quota, its user, and
   * what is kept of months before the last.
   */
  public static final List<String> KEYS_OF_EVERY_CALL = List.of("M#*", "U#*");

  private static final List<String> KEYS_OF_A_RECORD = List.of("M#*");

  /** The table in use: a restored one that was named, or the stack's own. */
  private static final String TABLE =
      "!If [HasRestoredTable, !Sub \"arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}"
          + ":table/${RestoredTable}\", !GetAtt Table.Arn]";

  private static final String WRITE_OF_EVERY_CALL = "dynamodb:UpdateItem";
  private static final String WRITE_OF_A_RECORD = "dynamodb:PutItem";

  private SamTemplate() {}

  static String of(List<Declaration> functions) throws IOException {
    var text = new StringBuilder(
        "# " + Generated.by(SamTemplate.class, "the declarations and infra/sam/*.yaml") + "\n");
    text.append(part("head.yaml"));
    text.append(documents());
    text.append(api(functions));
    for (var function : functions) {
      text.append(function(logicalId(function), function.name(), statements(function, functions)));
    }
    text.append(part("internal.yaml"));
    text.append(part("domain.yaml"));
    text.append(part("alarms.yaml"));
    text.append(part("outputs.yaml"));
    return text.toString();
  }

  static String logicalId(Declaration function) {
    return Arrays.stream(function.name().split("_"))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(joining());
  }

  private static String part(String name) throws IOException {
    return Files.readString(PARTS.resolve(name));
  }

  /** As text, so that Systems Manager hashes the bytes that our package hashes; a new text is a new document. */
  private static String documents() throws IOException {
    var text = new StringBuilder();
    for (var name : List.of("Order", "Install")) {
      var content = Files.readString(DOCUMENTS.resolve("Latchkey-" + name + ".json"));
      text.append("""

            %1$sDocument:
              Type: AWS::SSM::Document
              Properties:
                DocumentType: Command
                DocumentFormat: JSON
                TargetType: /
                Content: %2$s
          """.formatted(name, quoted(content)));
    }
    return text.toString();
  }

  /** A double-quoted scalar of YAML, which JSON's are too. */
  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }

  private static String api(List<Declaration> functions) {
    var text = new StringBuilder("""

          Api:
            Type: AWS::Serverless::HttpApi
            Properties:
              FailOnWarnings: true
              AccessLogSettings:
                DestinationArn: !GetAtt AccessLog.Arn
                Format: '{"requestId":"$context.requestId","route":"$context.routeKey","source":"$context.identity.sourceIp","status":"$context.status","latency":"$context.responseLatency","integrationStatus":"$context.integration.status","integrationError":"$context.integration.error","integrationLatency":"$context.integration.latency","error":"$context.error.message"}'
              DefaultRouteSettings:
                ThrottlingBurstLimit: !Ref ThrottlingBurst
                ThrottlingRateLimit: !Ref ThrottlingRate
              DefinitionBody:
                openapi: 3.0.1
                info: { title: !Ref AWS::StackName, version: "1" }
                paths:
        """);
    for (var function : functions) {
      text.append(path("/{api}/" + function.name(), logicalId(function), variables("api")));
      text.append(path(
          "/{session}/{api}/" + function.name(), logicalId(function), variables("session", "api")));
    }
    text.append(path("/$default", "UnknownFunction", "\n              isDefaultRoute: true"));
    text.append("        components:\n          x-amazon-apigateway-integrations:\n");
    functions.forEach(function -> text.append(integration(logicalId(function))));
    text.append(integration("UnknownFunction"));
    return text.toString();
  }

  /** What they may be, the function says: two routes a function let 140 functions fit into the 300 of an API. */
  private static String variables(String... names) {
    return Arrays.stream(names)
        .map("{ name: %s, in: path, required: true, schema: { type: string } }"::formatted)
        .collect(joining(", ", "\n              parameters: [", "]"));
  }

  private static String path(String path, String function, String more) {
    return """
                  "%s":
                    x-amazon-apigateway-any-method:
                      responses: {}%s
                      x-amazon-apigateway-integration: { $ref: "#/components/x-amazon-apigateway-integrations/%s" }
        """.formatted(path, more, function);
  }

  private static String integration(String function) {
    return """
                    %1$s:
                      type: aws_proxy
                      httpMethod: POST
                      payloadFormatVersion: "2.0"
                      uri: !Sub "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%1$s.Arn}/invocations"
        """.formatted(function);
  }

  private static String function(String id, String name, List<String> statements) {
    return """

          %1$s:
            Type: AWS::Serverless::Function
            Properties:
              Role: !GetAtt %1$sRole.Arn
              Environment: { Variables: { LATCHKEY_FUNCTIONS: %2$s } }
              LoggingConfig: { LogGroup: !Ref CallLog }

          %1$sRole:
            Type: AWS::IAM::Role
            Properties:
              AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Action: sts:AssumeRole, Principal: { Service: lambda.amazonaws.com } }] }
              Policies:
                - PolicyName: declared
                  PolicyDocument:
                    Statement:
                      - { Effect: Allow, Action: [logs:CreateLogStream, logs:PutLogEvents], Resource: !GetAtt CallLog.Arn }
        %3$s
          %1$sPermission:
            Type: AWS::Lambda::Permission
            Properties:
              Action: lambda:InvokeFunction
              FunctionName: !Ref %1$s
              Principal: apigateway.amazonaws.com
              SourceArn: !Sub "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"
        """.formatted(
        id, name, statements.stream().map(one -> "              " + one + "\n").collect(joining()));
  }

  /** What every call needs for its admission and, if it is wanted, its usage record, and what the function declares beside that. */
  private static List<String> statements(Declaration function, List<Declaration> all) {
    var permissions = permissions(function, all);
    var statements = new ArrayList<String>();
    var actions = new ArrayList<>(tableActions(permissions));
    if (!permissions.contains(Permission.TRANSACT)) {
      actions.remove(WRITE_OF_EVERY_CALL);
    }
    statements.add("- { Effect: Allow, Action: [" + String.join(", ", actions) + "], Resource: "
        + TABLE + " }");
    if (!permissions.contains(Permission.TRANSACT)) {
      statements.add("- " + write(WRITE_OF_EVERY_CALL, KEYS_OF_EVERY_CALL));
      statements.add("- !If [HasUsageRecords, " + write(WRITE_OF_A_RECORD, KEYS_OF_A_RECORD)
          + ", !Ref AWS::NoValue]");
    }
    if (permissions.contains(Permission.RUN_COMMAND)) {
      statements.addAll(serverStatements());
    }
    return statements;
  }

  private static String write(String action, List<String> keys) {
    return "{ Effect: Allow, Action: " + action + ", Resource: " + TABLE
        + ", Condition: { \"ForAllValues:StringLike\": { \"dynamodb:LeadingKeys\": [\""
        + String.join("\", \"", keys) + "\"] } } }";
  }

  private static Collection<Permission> permissions(Declaration function, List<Declaration> all) {
    // A batch runs all of them in its own process: the one exception to a role of one function.
    return function.name().equals("batch")
        ? all.stream().flatMap(one -> one.permissions().stream()).distinct().toList()
        : function.permissions();
  }

  /** What a Lambda whose function needs these may do with the table. */
  public static List<String> tableActions(Collection<Permission> permissions) {
    var actions = new ArrayList<>(List.of("dynamodb:GetItem", WRITE_OF_EVERY_CALL));
    if (permissions.contains(Permission.QUERY)) {
      actions.addAll(List.of("dynamodb:Query", "dynamodb:BatchGetItem"));
    }
    if (permissions.contains(Permission.TRANSACT)) {
      actions.addAll(
          List.of("dynamodb:PutItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem"));
    }
    return actions;
  }

  /** What it may ask of Systems Manager; the statements say of what. */
  public static List<String> serverActions(Collection<Permission> permissions) {
    return permissions.contains(Permission.RUN_COMMAND)
        ? List.of("ssm:SendCommand", "ssm:GetCommandInvocation")
        : List.of();
  }

  static List<String> serverStatements() {
    return List.of(
        "- Effect: Allow",
        "  Action: ssm:SendCommand",
        "  Resource:",
        "    - !Sub \"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:document/${OrderDocument}\"",
        "    - !Sub \"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:document/${InstallDocument}\"",
        "- Effect: Allow",
        "  Action: ssm:SendCommand",
        "  Resource:",
        "    - !Sub \"arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:instance/*\"",
        "    - !Sub \"arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:managed-instance/*\"",
        "  Condition: { StringEquals: { \"ssm:resourceTag/Latchkey\": !Ref AWS::StackName } }",
        "- { Effect: Allow, Action: ssm:GetCommandInvocation, Resource: \"*\" } # it knows no resources");
  }
}
