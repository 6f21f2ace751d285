package dev.latchkey.testing;

import dev.latchkey.local.LocalFleet;
import dev.latchkey.local.ssm.LocalSsm;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Systems Manager on this machine; one for all tests of a run, each with servers of its own. */
public final class LocalSystemsManager implements QuarkusTestResourceLifecycleManager {
  private static volatile LocalSsm running;

  @Override
  public Map<String, String> start() {
    try {
      running = LocalSsm.start(LocalFleet.documents());
      return running.clientSettings();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    running.close();
  }

  public static LocalSsm running() {
    return running;
  }
}
