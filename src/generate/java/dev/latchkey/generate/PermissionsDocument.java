package dev.latchkey.generate;

import static java.util.stream.Collectors.joining;

import dev.latchkey.api.Declaration;
import java.util.List;

/** Which permissions each function needs, as JSON, for whoever checks the roles of the SAM template. */
final class PermissionsDocument {
  private PermissionsDocument() {}

  static String of(List<Declaration> functions) {
    return functions.stream()
        .map(function -> "  \"%s\": [%s]".formatted(function.name(), permissions(function)))
        .collect(joining(",\n", Generated.firstMember(PermissionsDocument.class) + ",\n", "\n}\n"));
  }

  private static String permissions(Declaration function) {
    return function.permissions().stream()
        .sorted()
        .map(permission -> '"' + permission.name() + '"')
        .collect(joining(", "));
  }
}
