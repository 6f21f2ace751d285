package dev.latchkey.server;

import java.util.Optional;

/**
 * What a server says that it is; each is empty where the server could not tell it, or has an agent that does not say it.
 *
 * @param name its host name, by its kernel
 * @param ip the address from which it would call the internet, by its own routes: a private one behind a gateway
 * @param arch its machine's architecture, such as {@code x86_64}
 * @param distro its distribution and version, such as {@code debian 12}
 */
public record StatedHost(
    Optional<String> name, Optional<String> ip, Optional<String> arch, Optional<String> distro) {
  public static final StatedHost UNKNOWN =
      new StatedHost(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
