package dev.latchkey.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.latchkey.local.LocalFleet;
import dev.latchkey.local.ssm.LocalNode;
import dev.latchkey.local.ssm.LocalSsm;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Systems Manager on this machine; one for all tests of a run, each with servers of its own. */
public final class LocalSystemsManager implements QuarkusTestResourceLifecycleManager {
  private static final String ORDER = "Latchkey-Order";

  private static volatile LocalSsm running;

  @Override
  public Map<String, String> start() {
    try {
      running = LocalSsm.start(LocalFleet.documents(), LocalFleet.STACK);
      return settings();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    running.close();
  }

  /** Each look is one of its own: tests change a server and look again at once. */
  public static Map<String, String> settings() {
    var settings = new HashMap<>(running.clientSettings());
    settings.put("latchkey.shared-look", "0S");
    // A walk past all servers of all tests would be in the way of each.
    settings.put("latchkey.access-looks", "0S");
    settings.put("latchkey.audit-reads", "gethostname");
    return settings;
  }

  /** A node that is tagged for the stack, as {@code infra/enrol} leaves it. */
  public static void register(LocalNode node) {
    running.register(node, LocalFleet.STACK);
  }

  public static LocalSsm running() {
    return running;
  }

  /** The newest first. */
  public static List<String> orders() {
    return running.accepted(ORDER);
  }

  /**
   * Sends an order and waits for its end, which the call itself may not do.
   *
   * @return the event that Systems Manager gives to EventBridge
   */
  public static JsonNode afterTheOrder(String node, Runnable sent) {
    var before = Set.copyOf(orders());
    var events = new LinkedBlockingQueue<JsonNode>();
    running.tell(event -> events.add(WhmClient.parse(event)));
    try {
      sent.run();
      while (true) {
        var event = Objects.requireNonNull(events.poll(1, TimeUnit.MINUTES), "no order ended");
        // An earlier command, whose call is over, may tell of its end only now.
        if (event.at("/detail/instance-id").asText().equals(node)
            && event.at("/detail/document-name").asText().equals(ORDER)
            && !before.contains(event.at("/detail/command-id").asText())) {
          return event;
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      running.tell(event -> {});
    }
  }
}
