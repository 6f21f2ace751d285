package dev.latchkey.sam;

import dev.latchkey.local.LaptopSettings;
import dev.latchkey.local.LocalProblem;
import dev.latchkey.settings.SettingNames;
import dev.latchkey.settings.Settings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.util.Optional;

/** What can be set where the SAM template is served locally, as {@code -Dlatchkey.NAME=VALUE}. */
@ConfigMapping(prefix = Settings.PREFIX)
public interface SamSettings {
  /** How the template is served. */
  Sam sam();

  /** What the ordinary start on a laptop has too. */
  Local local();

  interface Sam {
    /** The template that is served. */
    @WithDefault("sam-template.yaml")
    Path template();

    /** The package that is run, also one with a native {@code bootstrap}. */
    @WithName("package")
    @WithDefault("target/lambda/function.zip")
    Path zip();

    /** The port, 0 to 65535; 0 takes any free one. */
    @WithDefault("3000")
    String port();

    /** Lists the routes of the template instead of serving them. */
    @WithName("routes")
    @WithDefault("false")
    boolean listRoutes();

    /** Writes to this file what SAM's own command line can read, instead of serving. */
    Optional<Path> cliTemplate();

    /** Set by the build that starts it: the end of that build is the end of this process. */
    @WithDefault("false")
    boolean endsWithParent();
  }

  interface Local {
    /** The folder that keeps the data. */
    @WithDefault(".latchkey-sam")
    Path data();
  }

  /** The port as a number. */
  default int port() {
    var text = sam().port();
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535) {
      throw new LocalProblem("-Dlatchkey.sam.port=" + text
          + " is not a port; give a number from 0 to 65535, where 0 takes any free one");
    }
    return Integer.parseInt(text);
  }

  /** @throws LocalProblem at the first setting that does not exist or has a value that makes no sense */
  static SamSettings read() {
    SettingNames.ofTheApplication()
        .and(LaptopSettings.class, LaptopSettings.PREFIX)
        .and(SamSettings.class, Settings.PREFIX)
        .problem(System.getProperties().stringPropertyNames())
        .ifPresent(problem -> {
          throw new LocalProblem(problem);
        });
    try {
      var settings = new SmallRyeConfigBuilder()
          .addDefaultInterceptors()
          .addDefaultSources()
          .withMapping(SamSettings.class)
          .withValidateUnknown(false)
          .build()
          .getConfigMapping(SamSettings.class);
      settings.port();
      return settings;
    } catch (ConfigValidationException e) {
      throw new LocalProblem(e.getProblem(0).getMessage());
    }
  }
}
