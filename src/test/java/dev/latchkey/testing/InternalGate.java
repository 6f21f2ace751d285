package dev.latchkey.testing;

import dev.latchkey.settings.Settings;
import dev.latchkey.wire.InternalFunction;
import io.quarkus.test.Mock;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Makes the application one of its internal functions for a test, without a second start. */
@Mock
@Singleton
public class InternalGate extends InternalFunction {
  private static volatile Optional<String> now = Optional.empty();

  @Inject
  public InternalGate(Settings settings) {
    super(settings);
  }

  /** From now on it is this one. */
  public static void become(String name) {
    now = Optional.of(name);
  }

  /** From now on it serves WHM's functions again. */
  public static void serveFunctions() {
    now = Optional.empty();
  }

  @Override
  public Optional<String> name() {
    return now;
  }
}
