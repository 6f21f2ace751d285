package dev.latchkey.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Which build this is, so that an operator knows which release answered. */
public final class Release {
  /**
   * The version, {@code +}, and the commit that it was built of, its first 12 digits or more: {@code 0.1.0+1a2b3c4d5e6f}. With
   * {@code .changed} where files differed from the commit; {@code unknown} in place of the commit where there was no git.
   */
  public static final String NAME = read();

  private Release() {}

  private static String read() {
    try (var in = Release.class.getResourceAsStream("release.txt")) {
      if (in == null) {
        throw new IllegalStateException("the package lacks dev/latchkey/settings/release.txt");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).trim();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
