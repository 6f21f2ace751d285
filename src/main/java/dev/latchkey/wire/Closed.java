package dev.latchkey.wire;

import dev.latchkey.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Whether this is closed: then only an operator is served, who may invoke the function itself, as while the table is restored. */
@Singleton
public class Closed {
  private final boolean closed;

  @Inject
  public Closed(Settings settings) {
    closed = settings.closed();
  }

  public boolean isClosed() {
    return closed;
  }
}
