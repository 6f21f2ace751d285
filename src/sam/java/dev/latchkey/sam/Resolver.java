package dev.latchkey.sam;

import dev.latchkey.local.LocalProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gives the parts of a template their values: CloudFormation's functions, as far as Latchkey's template uses them. */
final class Resolver {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(!?)([^}]+)}");
  private static final String ALIAS = ".Alias";
  private static final Object NO_VALUE = new Object();

  private final Map<String, Object> parameters;
  private final Map<?, ?> resources;
  private final Conditions conditions;

  /** @param parameters the value of each */
  Resolver(Map<?, ?> template, Map<String, Object> parameters) {
    this.parameters = parameters;
    resources = Tree.map(template, "Resources");
    conditions = new Conditions(Tree.map(template, "Conditions"), this::value);
  }

  /** @return the value with no function left in it */
  Object value(Object raw) {
    if (raw instanceof Intrinsic function) {
      return apply(function.name(), function.argument());
    }
    if (raw instanceof List<?> list) {
      var values = new ArrayList<Object>();
      list.stream().map(this::value).filter(one -> one != NO_VALUE).forEach(values::add);
      return values;
    }
    if (raw instanceof Map<?, ?> map) {
      var values = new LinkedHashMap<Object, Object>();
      map.forEach((key, one) -> values.put(key, value(one)));
      values.values().removeIf(one -> one == NO_VALUE);
      return values;
    }
    return raw;
  }

  private Object apply(String function, Object argument) {
    return switch (function) {
      case "Ref" -> reference((String) argument);
      case "Sub" ->
        argument instanceof List<?> parts
            ? substitute((String) parts.get(0), (Map<?, ?>) parts.get(1))
            : substitute((String) argument, Map.of());
      case "GetAtt" -> attribute((String) argument);
      case "If" -> {
        var choice = (List<?>) argument;
        yield value(choice.get(conditions.holds(choice.get(0)) ? 1 : 2));
      }
      default -> throw new LocalProblem("!" + function + " of the template is not known here");
    };
  }

  private Object reference(String name) {
    if (name.equals("AWS::NoValue")) {
      return NO_VALUE;
    }
    if (parameters.containsKey(name)) {
      return parameters.get(name);
    }
    if (Stack.pseudoParameter(name) != null) {
      return Stack.pseudoParameter(name);
    }
    if (!resources.containsKey(name)) {
      throw new LocalProblem("the template has no " + name + ", to which it refers");
    }
    var given = Tree.map(Tree.map(resources, name), "Properties").get("Name");
    return given == null ? Stack.physicalName(name) : value(given);
  }

  private String attribute(String path) {
    if (path.endsWith(ALIAS)) {
      // Here it has one version, the one that is served.
      return Stack.arn(path.substring(0, path.length() - ALIAS.length()));
    }
    if (!path.endsWith(".Arn")) {
      throw new LocalProblem("!GetAtt " + path + " of the template is not known here");
    }
    return Stack.arn(path.substring(0, path.length() - ".Arn".length()));
  }

  /** @param own variables that only this text has */
  private String substitute(String text, Map<?, ?> own) {
    return VARIABLE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(
            found.group(1).isEmpty()
                ? variable(found.group(2), own)
                : "${" + found.group(2) + "}"));
  }

  private String variable(String name, Map<?, ?> own) {
    if (own.containsKey(name)) {
      return String.valueOf(value(own.get(name)));
    }
    return name.contains(".") ? attribute(name) : String.valueOf(reference(name));
  }
}
