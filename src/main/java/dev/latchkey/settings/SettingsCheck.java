package dev.latchkey.settings;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;

/** Stops the start at a setting that nobody knows. */
@Singleton
class SettingsCheck {
  /** Whoever starts the application on a laptop has checked these, which the application does not read. */
  private static final List<String> OF_THE_LAPTOP = List.of("latchkey.local.", "latchkey.sam.");

  void start(@Observes StartupEvent event) {
    var given = System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith(Settings.PREFIX + "."))
        .filter(name -> OF_THE_LAPTOP.stream().noneMatch(name::startsWith))
        .toList();
    if (!given.isEmpty()) {
      SettingNames.ofTheApplication().problem(given).ifPresent(problem -> {
        throw new IllegalStateException(problem);
      });
    }
  }
}
