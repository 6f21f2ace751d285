package dev.latchkey.generate;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.latchkey.api.Declaration;
import dev.latchkey.api.Functions;
import dev.latchkey.wire.Entrance;
import dev.latchkey.wire.McpPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;

/**
 * The SAM template: what is the same for every deployment is {@code infra/sam/*.yaml}, and what is said of each function is
 * made of its declaration.
 */
public final class SamTemplate {
  private static final Path PARTS = Path.of("infra/sam");
  private static final Path DOCUMENTS = Path.of("infra/ssm");

  /**
   * A new release reaches a tenth of their calls first: one that only has to start and to admit, and one that also reads
   * the table through its role.
   */
  private static final List<String> CANARIES = List.of("version", "api_token_list");

  /** They end access, which must find room when all else is busy. */
  private static final List<String> ENDING =
      List.of("api_token_revoke", "ticket_close", "ticket_revoke", "ticket_whitelist_unsetup");

  private static final String RESERVED = "      ReservedConcurrentExecutions:"
      + " !If [HasReservedConcurrency, !Ref ReservedConcurrency, !Ref AWS::NoValue]\n";

  /** What SAM calls the aliases that it makes for them. */
  private static final String ALIASES =
      CANARIES.stream().map(name -> logicalId(name) + "Aliaslive").collect(joining(", "));

  private static final String WAITING = "    DependsOn: [" + ALIASES + "]\n    Properties:\n";

  /**
   * A version keeps all that it was published with, so that whatever changes must publish another one. SAM sees what
   * changes in the template, but not the value of a parameter (issue 3820 of serverless-application-model): another
   * description is another version for CloudFormation, and the parameters that matter to these functions are in it.
   */
  private static final String CANARY = """
          Properties:
            AutoPublishAlias: live
            AutoPublishAliasAllProperties: true
            VersionDeletionPolicy: Delete
            VersionDescription: !Sub "${UsageRecords} ${Closed} ${TableName} ${TrustedProxies}"
            DeploymentPreference: { Type: !Ref Canary, Alarms: !If [TriesFirst, [!Ref ReleaseAlarm], [!Ref AWS::NoValue]] }
            Description: With the role of /latchkey/2/
      """;

  /** Of those alone that send orders: a version of the canaries is none of the servers' agents. */
  private static final String EARLY_SERVERS =
      ", LATCHKEY_EARLY_SERVERS: !If [HasEarlyServers, !Ref EarlyServers, !Ref AWS::NoValue]";

  /** Where every function can be called. */
  private static final String BATCH = "batch";

  /** Of a batch alone. */
  private static final String MCP = ", LATCHKEY_MCP: !Ref Mcp";

  private static final String CONSOLE = "ConsolePages";

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
    text.append(function(
        logicalId(Functions.LOGIN),
        Functions.LOGIN.name(),
        RoleStatements.of(Functions.LOGIN.permissions(), Functions.LOGIN.isChanging())));
    text.append(internal());
    text.append(part("console.yaml"));
    text.append(part("domain.yaml"));
    text.append(part("alarms.yaml"));
    text.append(part("queries.yaml"));
    text.append(part("outputs.yaml"));
    return text.toString();
  }

  static String logicalId(Declaration function) {
    return logicalId(function.name());
  }

  private static String logicalId(String function) {
    return Arrays.stream(function.split("_"))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(joining());
  }

  private static String part(String name) throws IOException {
    return Files.readString(PARTS.resolve(name));
  }

  /** As text, so that Systems Manager hashes the bytes that our package hashes; a new text is a new document, beside the old one. */
  private static String documents() throws IOException {
    var text = new StringBuilder();
    for (var name : List.of("Order", "Install")) {
      var content = Files.readString(DOCUMENTS.resolve("Latchkey-" + name + ".json"));
      text.append("""

            %1$sDocument:
              Type: AWS::SSM::Document
              DeletionPolicy: Delete
              UpdateReplacePolicy: Retain # for functions that still run the old release; infra/deploy removes it later
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
                ThrottlingBurstLimit: !If [IsClosed, 0, !Ref ThrottlingBurst]
                ThrottlingRateLimit: !If [IsClosed, 0, !Ref ThrottlingRate]
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
    text.append(entrances());
    text.append(mcp());
    text.append(ifConsole(path("/", CONSOLE, "")));
    text.append(ifConsole(path("/console/{file}", CONSOLE, variables("file"))));
    text.append(path("/$default", "UnknownFunction", "\n              isDefaultRoute: true"));
    text.append("        components:\n          x-amazon-apigateway-integrations:\n");
    functions.forEach(function -> text.append(
        integration(logicalId(function), CANARIES.contains(function.name()) ? "Alias" : "Arn")));
    text.append(integration(logicalId(Functions.LOGIN), "Arn"));
    text.append(integration("UnknownFunction", "Arn"));
    text.append(ifConsole(integration(CONSOLE, "Arn")));
    return text.toString();
  }

  /** No route of an HTTP API ends with the slash that clients send: the one with what follows takes it. */
  private static String entrances() {
    var login = logicalId(Functions.LOGIN);
    var open = "/" + Entrance.OPEN.segment();
    return path(open, login, "")
        + path(open + "/{rest+}", login, variables("rest"))
        + path("/{session}" + open, login, variables("session"))
        + path("/{session}" + open + "/{rest+}", login, variables("session", "rest"))
        + path("/{session}/" + Entrance.END.segment(), login, variables("session"));
  }

  /** There only where it is asked for; without it the path is as unknown as any other. */
  private static String mcp() {
    return """
                  "%s":
                    !If
                      - HasMcp
                      - x-amazon-apigateway-any-method:
                          responses: {}
                          x-amazon-apigateway-integration: { $ref: "#/components/x-amazon-apigateway-integrations/%s" }
                      - !Ref AWS::NoValue
        """.formatted(McpPage.AT, logicalId(BATCH));
  }

  /** A route or an integration that is there with the console alone: the same lines, as what a condition chooses. */
  private static String ifConsole(String lines) {
    var name = lines.substring(0, lines.indexOf('\n'));
    var indent = name.substring(0, name.length() - name.stripLeading().length());
    var rest = lines.substring(name.length() + 1).indent(2).substring(indent.length() + 4);
    return name + " !If\n" + indent + "  - HasConsole\n" + indent + "  - " + rest + indent
        + "  - !Ref AWS::NoValue\n";
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

  private static String integration(String function, String attribute) {
    return """
                    %1$s:
                      type: aws_proxy
                      httpMethod: POST
                      payloadFormatVersion: "2.0"
                      uri: !Sub "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%1$s.%2$s}/invocations"
        """.formatted(function, attribute);
  }

  private static String function(String id, String name, List<String> statements) {
    var isCanary = CANARIES.contains(name);
    return """

          %1$s:
            Type: AWS::Serverless::Function
        %4$s      Role: !GetAtt %1$sRole.Arn
              Environment: { Variables: { LATCHKEY_FUNCTIONS: %2$s%6$s } }
              LoggingConfig: { LogGroup: !Ref CallLog }

          %1$sRole:
            Type: AWS::IAM::Role
            Properties:
              Path: /latchkey/2/ # another path is another role, which a function gets with its new code
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
              FunctionName: !Ref %5$s
              Principal: apigateway.amazonaws.com
              SourceArn: !Sub "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"
        """.formatted(
            id,
            name,
            indented(statements),
            isCanary ? CANARY : WAITING + (ENDING.contains(name) ? RESERVED : ""),
            isCanary ? id + ".Alias" : id,
            (sendsOrders(statements) ? EARLY_SERVERS : "") + (name.equals(BATCH) ? MCP : ""));
  }

  private static boolean sendsOrders(List<String> statements) {
    return statements.stream().anyMatch(line -> line.contains("ssm:SendCommand"));
  }

  private static List<String> statements(Declaration function, List<Declaration> all) {
    // A batch runs all of them in its own process: the one exception to a role of one function.
    return function.name().equals(BATCH)
        ? RoleStatements.of(
            all.stream().flatMap(one -> one.permissions().stream()).distinct().toList(), true)
        : RoleStatements.of(function.permissions(), function.isChanging());
  }

  /** The roles of functions that no declaration has; the place of their statements is a line {@code - STATEMENTS}. */
  private static String internal() throws IOException {
    var text = part("internal.yaml");
    for (var statements : List.of(
        RoleStatements.of(List.of(), false),
        RoleStatements.ofReconciler(),
        RoleStatements.ofBootstrap())) {
      text = text.replaceFirst(" *- STATEMENTS\n", Matcher.quoteReplacement(indented(statements)));
    }
    return text;
  }

  private static String indented(List<String> statements) {
    return statements.stream().map(one -> "              " + one + "\n").collect(joining());
  }
}
