package dev.latchkey.sam;

import dev.latchkey.local.DataFolder;
import dev.latchkey.local.LocalProblem;
import dev.latchkey.local.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Root's token, made as an operator makes it: by invoking the template's function for that. */
record FirstToken(Path file) {
  static final String NAME = "root-token";

  private static final String FUNCTION = "Bootstrap";

  /** In the form of API Gateway's, which is the one form that the functions read. */
  private static final String EVENT = """
      {"version":"2.0","rawPath":"/internal/bootstrap","rawQueryString":"","headers":{},\
      "requestContext":{"http":{"method":"POST","path":"/internal/bootstrap"}},"isBase64Encoded":false}""";

  static FirstToken in(DataFolder data) {
    return new FirstToken(data.file(NAME));
  }

  /** The token of the file, or a new one that is in the file by now. */
  String readOrMake(Gateway.Invoker functions) throws IOException {
    if (!Files.exists(file)) {
      PrivateFiles.write(file, make(functions));
    }
    return Files.readString(file).strip();
  }

  private static String make(Gateway.Invoker functions) {
    try {
      HttpAnswer answer =
          HttpAnswer.of(functions.invoke(FUNCTION, EVENT.getBytes(StandardCharsets.UTF_8)));
      if (answer.status() == 200) {
        return new String(answer.body(), StandardCharsets.UTF_8);
      }
      throw new LocalProblem("the function " + FUNCTION + " made no token: it answered "
          + answer.status() + "; its log is above");
    } catch (FunctionFailure e) {
      throw new LocalProblem("the function " + FUNCTION + " made no token: " + e.getMessage());
    }
  }
}
