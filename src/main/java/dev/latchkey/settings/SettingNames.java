package dev.latchkey.settings;

import dev.latchkey.text.Nearest;
import dev.latchkey.text.Quoted;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The names of settings, by which a misspelled one is found: it would otherwise be passed over in silence. */
public record SettingNames(Set<String> known) {
  /** How a list's single values could be named too. */
  private static final String ELEMENT = "[*]";

  private static final String OURS = Settings.PREFIX + ".";

  /** Those of {@link Settings}. */
  public static SettingNames ofTheApplication() {
    return new SettingNames(Set.of()).and(Settings.class, Settings.PREFIX);
  }

  /** These and those of a mapping. */
  public SettingNames and(Class<?> mapping, String prefix) {
    var all = new TreeSet<>(known);
    ConfigMappings.getProperties(ConfigClass.configClass(mapping, prefix)).keySet().stream()
        .filter(name -> !name.endsWith(ELEMENT))
        .forEach(all::add);
    return new SettingNames(all);
  }

  /**
   * A sentence about the first name that is ours and is not known.
   *
   * @param given names of system properties; an environment variable {@code LATCHKEY_…} may be another program's
   */
  public Optional<String> problem(Collection<String> given) {
    return given.stream()
        .filter(name -> name.startsWith(OURS) && !known.contains(name))
        .sorted()
        .findFirst()
        .map(name -> "-D" + Quoted.of(name) + " is not a setting; did you mean -D"
            + Nearest.to(name, known) + "?");
  }
}
