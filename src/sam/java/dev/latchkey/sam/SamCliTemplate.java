package dev.latchkey.sam;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * The same functions and routes in the form that {@code sam local start-api} reads: with an integration in every route,
 * as it follows no {@code $ref} (aws-sam-cli, issue 6045), and with each variable that {@code infra/env.json} gives a
 * value, as it passes over all that the template does not have.
 */
record SamCliTemplate(Template template, Path zip, String runtime) {
  private static final String URI = "arn:aws:apigateway:" + Stack.REGION
      + ":lambda:path/2015-03-31/functions/arn:aws:lambda:" + Stack.REGION + ":" + Stack.ACCOUNT
      + ":function:%s/invocations";

  ObjectNode json() {
    var json = JsonTrees.object();
    json.put("AWSTemplateFormatVersion", "2010-09-09");
    json.put("Transform", "AWS::Serverless-2016-10-31");
    var resources = json.putObject("Resources");
    template.functions().forEach(function -> resources.set(function.id(), resource(function)));
    var api = resources.putObject("Api").put("Type", "AWS::Serverless::HttpApi");
    var definition = api.putObject("Properties").putObject("DefinitionBody");
    definition.put("openapi", "3.0.1");
    var paths = definition.putObject("paths");
    template.routes().all().forEach(route -> add(paths, route));
    return json;
  }

  private ObjectNode resource(SamFunction function) {
    var resource = JsonTrees.object().put("Type", "AWS::Serverless::Function");
    var properties = resource.putObject("Properties");
    properties.put("CodeUri", zip.toAbsolutePath().toString());
    properties.put("Runtime", runtime);
    properties.put("Handler", function.handler());
    properties
        .putArray("Architectures")
        .add(System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x86_64");
    properties.put("MemorySize", function.memory());
    properties.put("Timeout", function.timeout().toSeconds());
    var variables = properties.putObject("Environment").putObject("Variables");
    function.environment().forEach(variables::put);
    variables.put("AWS_ENDPOINT_URL_DYNAMODB", "");
    return resource;
  }

  private static void add(ObjectNode paths, GatewayRoute route) {
    var path = paths.putObject(route.path());
    var integration = path.putObject("x-amazon-apigateway-any-method")
        .putObject("x-amazon-apigateway-integration");
    integration.put("type", "aws_proxy");
    integration.put("httpMethod", "POST");
    integration.put("payloadFormatVersion", "2.0");
    integration.put("uri", URI.formatted(route.function()));
  }
}
