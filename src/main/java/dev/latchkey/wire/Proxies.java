package dev.latchkey.wire;

import dev.latchkey.access.TrustedProxies;
import dev.latchkey.settings.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** The proxies that the settings name. */
@Singleton
public class Proxies {
  private final TrustedProxies trusted;

  @Inject
  Proxies(Settings settings) {
    // An internal function serves no calls: what is wrong here must not keep it from ending grants.
    this(settings.internal().isPresent() ? List.of() : settings.trustedProxies().orElse(List.of()));
  }

  Proxies(List<String> named) {
    try {
      trusted = TrustedProxies.parse(named);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("latchkey.trusted-proxies: " + e.getMessage());
    }
  }

  /** At the start, so that a wrong one stops it. */
  void start(@Observes StartupEvent event) {}

  TrustedProxies trusted() {
    return trusted;
  }
}
