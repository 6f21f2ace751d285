package dev.latchkey.sam;

import dev.latchkey.testing.IamPolicy;
import dev.latchkey.testing.IamRequests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The roles of the template that is deployed, as CloudFormation would make them. */
public final class DeployedRoles {
  private static final Path FILE = Path.of("sam-template.yaml");

  private final Map<?, ?> resources;
  private final Resolver resolver;

  private DeployedRoles(Map<?, ?> template, Map<String, Object> parameters) {
    resources = Tree.map(template, "Resources");
    resolver = new Resolver(template, parameters);
  }

  public static DeployedRoles read() {
    var template = TemplateYaml.read(FILE);
    var parameters = new HashMap<String, Object>();
    Tree.map(template, "Parameters")
        .forEach((name, declared) ->
            parameters.put((String) name, String.valueOf(((Map<?, ?>) declared).get("Default"))));
    return new DeployedRoles(template, parameters);
  }

  /** The functions of the template, by their logical ids. */
  public List<String> functions() {
    return resources.keySet().stream()
        .map(String.class::cast)
        .filter(id -> "AWS::Serverless::Function".equals(Tree.map(resources, id).get("Type")))
        .toList();
  }

  /** The role of the Lambda that runs a WHM function. */
  public IamPolicy ofWhmFunction(String name) {
    return functions().stream()
        .filter(id -> Tree.path(resources, id, "Properties", "Environment", "Variables")
                    .get("LATCHKEY_FUNCTIONS")
                instanceof String runs
            && runs.equals(name))
        .findFirst()
        .map(this::of)
        .orElseThrow();
  }

  /** The role of a Lambda, by its logical id. */
  public IamPolicy of(String function) {
    return new IamPolicy(statements(function));
  }

  /** A role of these lines of YAML. */
  public IamPolicy of(List<String> lines) {
    try {
      var file = Files.createTempFile("role", ".yaml");
      try {
        Files.writeString(file, "Statement:\n" + String.join("\n", lines) + "\n");
        return new IamPolicy(resolved(TemplateYaml.read(file).get("Statement")));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How long the policies of a Lambda's role are, as IAM counts: without white space. */
  public int length(String function) {
    return JsonTrees.tree(statements(function)).toString().length();
  }

  private List<?> statements(String function) {
    var policies =
        (List<?>) Tree.path(resources, function + "Role", "Properties").get("Policies");
    return policies.stream()
        .map(policy -> (Map<?, ?>) ((Map<?, ?>) policy).get("PolicyDocument"))
        .<Object>flatMap(document -> resolved(document.get("Statement")).stream())
        .toList();
  }

  private List<?> resolved(Object raw) {
    return (List<?>) resolver.value(raw);
  }

  /** What requests of the tests are for in an account. */
  public IamRequests.Resources resources() {
    var ssm = "arn:aws:ssm:" + Stack.REGION + ":" + Stack.ACCOUNT + ":";
    return new IamRequests.Resources(
        Stack.arn("Table"),
        Map.of(
            "Latchkey-Order", ssm + "document/" + Stack.physicalName("OrderDocument"),
            "Latchkey-Install", ssm + "document/" + Stack.physicalName("InstallDocument")),
        ssm + "managed-instance/mi-0123456789abcdef0",
        Stack.NAME);
  }
}
