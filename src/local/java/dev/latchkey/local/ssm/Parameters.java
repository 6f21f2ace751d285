package dev.latchkey.local.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The parameters of one command, checked as the service checks them. */
final class Parameters {
  /** Of a document together with its parameters. */
  private static final int LARGEST = 64 * 1024;

  private Parameters() {}

  /** A value for every declared parameter. */
  static Map<String, String> checked(CommandDocument document, JsonNode given) {
    var values = new LinkedHashMap<String, String>();
    for (Iterator<String> names = given.fieldNames(); names.hasNext(); ) {
      var name = names.next();
      if (!document.parameters().containsKey(name)) {
        throw invalid("Parameter \"" + name + "\" is not declared in the document.");
      }
    }
    var size = document.size();
    for (var parameter : document.parameters().values()) {
      var value = value(parameter, given.path(parameter.name()));
      if (!parameter.accepts(value)) {
        throw invalid("Parameter \"" + parameter.name() + "\" has an invalid value.");
      }
      values.put(parameter.name(), value);
      size += parameter.name().length() + value.getBytes(StandardCharsets.UTF_8).length;
    }
    if (size > LARGEST) {
      throw new SsmError(
          "MaxDocumentSizeExceeded", "Document and parameters are larger than 64 KB.");
    }
    return values;
  }

  private static String value(DocumentParameter parameter, JsonNode given) {
    if (given.isMissingNode()) {
      return parameter
          .defaultValue()
          .orElseThrow(() -> invalid("Parameter \"" + parameter.name() + "\" requires a value."));
    }
    if (given.size() != 1) {
      throw invalid("Parameter \"" + parameter.name() + "\" must have one value.");
    }
    return given.get(0).asText();
  }

  private static SsmError invalid(String message) {
    return new SsmError("InvalidParameters", message);
  }
}
