package dev.latchkey.testing;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;

/** The application as one of its internal functions. */
public abstract class InternalProcess implements QuarkusTestProfile {
  private final String name;

  private InternalProcess(String name) {
    this.name = name;
  }

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("latchkey.internal", name);
  }

  /** As EventBridge reaches it. */
  public static final class Reconcile extends InternalProcess {
    public Reconcile() {
      super("reconcile");
    }
  }

  /** As an operator reaches it. */
  public static final class Bootstrap extends InternalProcess {
    public Bootstrap() {
      super("bootstrap");
    }
  }
}
