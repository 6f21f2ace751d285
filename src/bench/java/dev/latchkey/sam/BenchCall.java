package dev.latchkey.sam;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A call that is measured, and the function that takes it.
 *
 * @param name of the WHM function
 * @param event as API Gateway would send it
 * @param answers which are the same for all contenders
 */
record BenchCall(String name, SamFunction function, byte[] event, BenchAnswers answers) {

  /** {@code version}, which needs no more than admission, and {@code api_token_list}, which reads. */
  static List<BenchCall> all(BenchTable table) throws IOException {
    Template template = SamLocal.template(Path.of("sam-template.yaml"), "java21");
    return List.of(
        of("version", "Version", template, table),
        of("api_token_list", "ApiTokenList", template, table));
  }

  private static BenchCall of(String name, String id, Template template, BenchTable table) {
    SamFunction function = template.functions().stream()
        .filter(one -> one.id().equals(id))
        .findFirst()
        .orElseThrow();
    return new BenchCall(name, function, event(name, table), new BenchAnswers());
  }

  /** How long it took {@code process}, whose answer is held against everybody's. */
  Duration take(FunctionProcess process) throws FunctionFailure {
    long begin = System.nanoTime();
    byte[] answer = process.invoke(event);
    Duration taken = Life.since(begin);
    answers.check(answer);
    return taken;
  }

  private static byte[] event(String function, BenchTable table) {
    HttpCall call = new HttpCall(
        "GET",
        "/json-api/" + function,
        "api.version=1",
        "HTTP/1.1",
        Map.of(
            "authorization", List.of(table.authorization()),
            "host", List.of("localhost"),
            "user-agent", List.of("bench")),
        new byte[0],
        "127.0.0.1",
        443);
    GatewayRoute route = new GatewayRoute(GatewayRoute.ANY, call.path(), function);
    return new HttpEvent(
            call, new Routes.Match(route, Map.of()), UUID.randomUUID().toString(), Instant.now())
        .json();
  }
}
