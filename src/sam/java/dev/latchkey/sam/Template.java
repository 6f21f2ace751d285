package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** A SAM template as its stack would be on this machine. */
final class Template {
  private static final String FUNCTION = "AWS::Serverless::Function";

  private final Map<?, ?> resources;
  private final Map<?, ?> globals;
  private final Resolver resolver;

  private Template(Map<?, ?> template, Resolver resolver) {
    this.resolver = resolver;
    resources = Tree.map(template, "Resources");
    globals = Tree.path(template, "Globals", "Function");
  }

  /** @param given the parameters that keep no default */
  static Template read(Path file, Map<String, String> given) {
    var template = TemplateYaml.read(file);
    var parameters = new HashMap<String, Object>();
    Tree.map(template, "Parameters").forEach((name, declared) -> {
      Object value = given.get(name);
      value = value == null ? ((Map<?, ?>) declared).get("Default") : value;
      if (value == null) {
        throw new LocalProblem("the template's parameter " + name + " has no value");
      }
      parameters.put((String) name, value);
    });
    return new Template(template, new Resolver(template, parameters));
  }

  List<SamFunction> functions() {
    return ofType(FUNCTION, id -> Stream.of(function(id)));
  }

  /** Each function's logical id, with the alias that a deployment publishes for it. */
  Map<String, Optional<String>> aliases() {
    var aliases = new TreeMap<String, Optional<String>>();
    ofType(FUNCTION, Stream::of)
        .forEach(id -> aliases.put(
            id,
            Optional.ofNullable(resolver.value(properties(id).get("AutoPublishAlias")))
                .filter(String.class::isInstance)
                .map(String.class::cast)));
    return aliases;
  }

  Routes routes() {
    return new Routes(ofType(
        "AWS::Serverless::HttpApi",
        id -> new OpenApi((Map<?, ?>) resolver.value(properties(id).get("DefinitionBody")))
            .routes().stream()));
  }

  /** The content of each of its command documents by the document's name. */
  Map<String, byte[]> documents() {
    Map<String, byte[]> documents = new TreeMap<>();
    ofType("AWS::SSM::Document", Stream::of)
        .forEach(id -> documents.put(
            (String) resolver.value(new Intrinsic("Ref", id)),
            ((String) properties(id).get("Content")).getBytes(StandardCharsets.UTF_8)));
    return documents;
  }

  /** The names of its tables. */
  List<String> tables() {
    return ofType("AWS::DynamoDB::Table", id -> Stream.of(Stack.physicalName(id)));
  }

  /** What its rules send on a schedule. */
  List<Schedule> schedules() {
    return ofType("AWS::Events::Rule", id -> {
      var expression = properties(id).get("ScheduleExpression");
      return expression == null
          ? Stream.empty()
          : targets(id)
              .map(target -> new Schedule(
                  id, targetFunction(target), Schedule.every((String) expression), (String)
                      target.get("Input")));
    });
  }

  /** What its rules send for events of other services. */
  List<EventRule> eventRules() {
    return ofType("AWS::Events::Rule", id -> {
      var pattern = resolver.value(properties(id).get("EventPattern"));
      return pattern == null
          ? Stream.empty()
          : targets(id).map(target -> {
            var transformer = Tree.map(target, "InputTransformer");
            var paths = new TreeMap<String, String>();
            Tree.map(transformer, "InputPathsMap")
                .forEach((name, path) -> paths.put((String) name, (String) path));
            return new EventRule(
                id, targetFunction(target), JsonTrees.tree(pattern), paths, (String)
                    transformer.get("InputTemplate"));
          });
    });
  }

  private static String targetFunction(Map<?, ?> target) {
    return ((String) target.get("Arn")).substring(Stack.arn("").length());
  }

  private Stream<Map<?, ?>> targets(String rule) {
    return ((List<?>) resolver.value(properties(rule).get("Targets")))
        .stream().map(target -> (Map<?, ?>) target);
  }

  private SamFunction function(String id) {
    var environment = new TreeMap<String, String>();
    for (var level : List.of(globals, properties(id))) {
      ((Map<?, ?>) resolver.value(Tree.path(level, "Environment", "Variables")))
          .forEach((name, value) -> environment.put((String) name, String.valueOf(value)));
    }
    return new SamFunction(
        id,
        String.valueOf(setting(id, "Handler")),
        ((Number) setting(id, "MemorySize")).intValue(),
        Duration.ofSeconds(((Number) setting(id, "Timeout")).longValue()),
        environment);
  }

  private Object setting(String function, String name) {
    var own = properties(function);
    var value = resolver.value(own.containsKey(name) ? own.get(name) : globals.get(name));
    if (value == null) {
      throw new LocalProblem("the template's function " + function + " has no " + name);
    }
    return value;
  }

  private Map<?, ?> properties(String id) {
    return Tree.path(resources, id, "Properties");
  }

  private <T> List<T> ofType(String type, Function<String, Stream<T>> each) {
    return resources.keySet().stream()
        .map(String.class::cast)
        .filter(id -> type.equals(Tree.map(resources, id).get("Type")))
        .flatMap(each)
        .toList();
  }
}
