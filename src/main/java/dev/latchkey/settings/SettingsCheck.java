package dev.latchkey.settings;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Stops the start at a setting that nobody knows. */
@Singleton
class SettingsCheck {
  /** Whoever starts the application on a laptop has checked these, which the application does not read. */
  private static final List<String> OF_THE_LAPTOP = List.of("latchkey.local.", "latchkey.sam.");

  private static final int MOST = 10_000;
  private static final int MOST_GRANTS = 40;
  private static final Duration SHORTEST_AGE = Duration.ofDays(1);
  private static final int MOST_SESSIONS = 1_000;

  void start(@Observes StartupEvent event, Settings settings) {
    var limits = settings.limits();
    refuseBeyond("tokens", limits.tokens(), MOST);
    refuseBeyond("tickets", limits.tickets(), MOST);
    refuseBeyond("servers", limits.servers(), MOST);
    refuseBeyond("resellers", limits.resellers(), MOST);
    refuseBeyond("sessions", limits.sessions(), MOST_SESSIONS);
    refuseBeyond("grants", limits.grants(), MOST_GRANTS);
    refuseShort(settings.tokenMaxAge());
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

  static void refuseShort(Optional<Duration> age) {
    age.filter(shorter -> shorter.compareTo(SHORTEST_AGE) < 0).ifPresent(shorter -> {
      throw new IllegalStateException("-D" + Settings.PREFIX + ".token-max-age=" + shorter
          + " is not possible; give P1D or more, or leave it out");
    });
  }

  static void refuseBeyond(String limit, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalStateException("-D" + Settings.PREFIX + ".limits." + limit + "=" + value
          + " is not possible; give 1 to " + most);
    }
  }
}
