package dev.latchkey.wire;

import dev.latchkey.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** The one internal function that this process is, where it is one: then it serves that alone, and no client reaches it. */
@Singleton
public class InternalFunction {
  static final String RECONCILE = "reconcile";
  private static final String FOLDER = "/internal/";

  private final Optional<String> name;

  @Inject
  public InternalFunction(Settings settings) {
    name = settings.internal();
  }

  /** Empty where this process serves WHM's functions. */
  public Optional<String> name() {
    return name;
  }

  boolean isAt(String path) {
    return name().filter(own -> path.equals(FOLDER + own)).isPresent();
  }
}
