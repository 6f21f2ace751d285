package dev.latchkey.testing;

import dev.latchkey.settings.Settings;
import dev.latchkey.wire.Closed;
import io.quarkus.test.Mock;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Closes the application for a test, without a second start. */
@Mock
@Singleton
public class ClosedGate extends Closed {
  private static volatile boolean now;

  @Inject
  public ClosedGate(Settings settings) {
    super(settings);
  }

  public static void set(boolean closed) {
    now = closed;
  }

  @Override
  public boolean isClosed() {
    return now;
  }
}
