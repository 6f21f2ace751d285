package dev.latchkey.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One call as it is to be made.
 *
 * @param declaration what this command knows of the function; a newer server may have others
 * @param idempotencyKey by which the call is done once, however often it is sent
 */
record CallPlan(
    String function,
    Optional<OneFunction> declaration,
    List<Written> arguments,
    Optional<String> idempotencyKey,
    boolean xml,
    Duration timeout,
    int retries) {
  private static final String VERSION = "api.version";
  static final String KEY = "api.idempotency_key";
  private static final String SERVER = "api.server";

  /** @param server the server that a profile or the environment names, for functions that take one */
  static CallPlan of(CliOptions options, List<Written> written, Optional<String> server) {
    var name = options.first().orElseThrow();
    if (!name.matches("[A-Za-z0-9_]{1,100}")) {
      throw CliProblem.usage(
          "“" + Visible.line(name) + "” is not a valid name of a function; see latchkey help.");
    }
    var declaration = FunctionList.embedded().find(name);
    var arguments = new ArrayList<Written>();
    if (written.stream().noneMatch(argument -> argument.name().equals(VERSION))) {
      arguments.add(new Written(VERSION, "1", false));
    }
    arguments.addAll(written);
    addServer(name, declaration, options.server(), server, arguments);
    var key = options.idempotencyKey();
    if (key.isPresent() && declaration.filter(known -> !known.changes()).isPresent()) {
      throw CliProblem.usage(
          "--idempotency-key: " + name + " changes nothing and may be sent again without a key.");
    }
    if (key.isPresent() && !key.get().matches("[!-+\\--~]{1,255}")) {
      throw CliProblem.usage(
          "--idempotency-key: a key has 1 to 255 characters without spaces and commas.");
    }
    return new CallPlan(
        name,
        declaration,
        List.copyOf(arguments),
        key.or(() -> value(arguments, KEY)),
        options.output().filter("xml"::equals).isPresent(),
        options.timeout(),
        options.retries());
  }

  private static Optional<String> value(List<Written> arguments, String name) {
    return arguments.stream()
        .filter(argument -> argument.name().equals(name))
        .map(Written::value)
        .findFirst();
  }

  private static void addServer(
      String function,
      Optional<OneFunction> declaration,
      Optional<String> asked,
      Optional<String> usual,
      List<Written> arguments) {
    var isWritten = value(arguments, SERVER).isPresent();
    if (asked.isPresent()) {
      if (isWritten) {
        throw CliProblem.usage("The server is named twice, by --server and by api.server.");
      }
      if (declaration.filter(known -> !known.takes(SERVER)).isPresent()) {
        throw CliProblem.usage("--server: " + function + " takes no server.");
      }
      arguments.add(new Written(SERVER, asked.get(), false));
    } else if (!isWritten && declaration.filter(known -> known.takes(SERVER)).isPresent()) {
      // A server number inside a ticket says more than a usual server.
      usual
          .filter(server -> value(arguments, "server_num").isEmpty())
          .ifPresent(server -> arguments.add(new Written(SERVER, server, false)));
    }
  }

  /** Whether it may be sent again where nobody knows what became of it. */
  boolean mayBeRepeated() {
    return idempotencyKey.isPresent()
        || declaration.filter(known -> !known.changes()).isPresent();
  }

  /** Whether something may have changed by it. */
  boolean mayHaveChanged() {
    return declaration.map(OneFunction::changes).orElse(true);
  }

  String path() {
    return (xml ? "/xml-api/" : "/json-api/") + function;
  }
}
