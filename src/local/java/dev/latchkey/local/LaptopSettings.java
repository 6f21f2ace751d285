package dev.latchkey.local;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** What can be set on a laptop beside the settings of the application, as {@code -Dlatchkey.local.NAME=VALUE}. */
@ConfigMapping(prefix = LaptopSettings.PREFIX)
public interface LaptopSettings {
  String PREFIX = "latchkey.local";

  /** The folder that keeps the data: database, certificate, root's token, sample servers. */
  @WithDefault(".latchkey")
  Path data();

  /** Set by {@link LocalServer} for the beans of this package, which tests load too: a local server keeps its data here. */
  Optional<Path> folder();

  /** Set by {@link LocalServer}: the database is the embedded one. */
  @WithDefault("false")
  boolean ownDatabase();

  /** Set by {@link LocalServer}: the servers are folders of ours. */
  @WithDefault("false")
  boolean ownFleet();
}
