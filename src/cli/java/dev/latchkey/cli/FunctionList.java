package dev.latchkey.cli;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The functions that this command was built with. A server may have others, which are called all the same. */
final class FunctionList {
  private static final String RESOURCE = "functions.json";

  /** Read once; in an executable when that is built, as a start would take 75 ms longer. */
  private static final FunctionList EMBEDDED = read();

  private final Map<String, OneFunction> byName = new LinkedHashMap<>();
  private final Set<String> secrets = new HashSet<>();

  private FunctionList() {}

  static FunctionList embedded() {
    return EMBEDDED;
  }

  Optional<OneFunction> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  List<OneFunction> all() {
    return List.copyOf(byName.values());
  }

  /** The names of all parameters and fields that any function calls a secret. */
  Set<String> secrets() {
    return secrets;
  }

  private static FunctionList read() {
    try (var in = FunctionList.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is not in this build");
      }
      var list = new FunctionList();
      var parser = NodeReader.parser(in.readAllBytes());
      while (parser.nextToken() != JsonToken.START_ARRAY) {
        if (parser.currentToken() == null) {
          throw new IllegalStateException(RESOURCE + " has no list of functions");
        }
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        list.add((Node.Members) NodeReader.node(parser));
      }
      return list;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(Node.Members written) {
    var parameters = new ArrayList<OneParameter>();
    for (var parameter : items(written, "parameters")) {
      parameters.add(OneParameter.of((Node.Members) parameter));
    }
    var function = new OneFunction(
        written.text("name").orElseThrow(),
        written.text("sentence").orElseThrow(),
        written.text("privilege").orElse(""),
        is(written, "changes"),
        parameters);
    byName.put(function.name(), function);
    parameters.stream().filter(OneParameter::secret).map(OneParameter::name).forEach(secrets::add);
    items(written, "secrets").forEach(field -> field.scalar().ifPresent(secrets::add));
  }

  static List<Node> items(Node.Members hash, String name) {
    return hash.get(name)
        .filter(Node.Items.class::isInstance)
        .map(list -> ((Node.Items) list).items())
        .orElse(List.of());
  }

  static boolean is(Node.Members hash, String name) {
    return hash.get(name).filter(value -> value.equals(new Node.Truth(true))).isPresent();
  }
}
