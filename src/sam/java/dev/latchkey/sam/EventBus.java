package dev.latchkey.sam;

import dev.latchkey.local.Threads;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** EventBridge: sends the events of other services to the functions whose rules they match. */
final class EventBus implements AutoCloseable {
  private final List<EventRule> rules;
  private final Gateway.Invoker functions;
  private final ExecutorService threads = Executors.newCachedThreadPool(Threads.daemon("events"));

  EventBus(List<EventRule> rules, Gateway.Invoker functions) {
    this.rules = rules;
    this.functions = functions;
  }

  /** Does not wait for what becomes of it. */
  void publish(String json) {
    var event = JsonTrees.parse(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    rules.stream()
        .filter(rule -> rule.matches(event))
        .forEach(rule -> threads.execute(() -> send(rule.function(), rule.input(event))));
  }

  private void send(String function, String input) {
    try {
      functions.invoke(function, input.getBytes(StandardCharsets.UTF_8));
    } catch (FunctionFailure e) {
      // The function's log says it.
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
