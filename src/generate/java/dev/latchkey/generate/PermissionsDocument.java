package dev.latchkey.generate;

import static java.util.stream.Collectors.joining;

import dev.latchkey.api.Declaration;
import dev.latchkey.api.Functions;
import dev.latchkey.api.Permission;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which permissions each function needs, and that it changes something, as JSON, for whoever checks the roles of the SAM
 * template.
 */
final class PermissionsDocument {
  private PermissionsDocument() {}

  static String of(List<Declaration> functions) {
    return Stream.concat(functions.stream(), Stream.of(Functions.LOGIN))
        .map(function -> "  \"%s\": [%s]".formatted(function.name(), permissions(function)))
        .collect(joining(",\n", Generated.firstMember(PermissionsDocument.class) + ",\n", "\n}\n"));
  }

  private static String permissions(Declaration function) {
    return Stream.concat(
            function.isChanging() ? Stream.of("CHANGES") : Stream.empty(),
            function.permissions().stream().sorted().map(Permission::name))
        .map(name -> '"' + name + '"')
        .collect(joining(", "));
  }
}
