package dev.latchkey.access;

import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * What stands before the path of a session's calls, {@code /cpsess1234567890}, so that no other site can make a browser
 * call anything by its cookie alone.
 *
 * @param digits ten of them, at random
 */
public record SecurityToken(String digits) {
  private static final Pattern PREFIX = Pattern.compile("/cpsess([0-9]{10})/.*", Pattern.DOTALL);
  private static final long TOKENS = 10_000_000_000L;

  /** @param random a cryptographically strong source */
  public static SecurityToken generate(RandomGenerator random) {
    return new SecurityToken("%010d".formatted(random.nextLong(TOKENS)));
  }

  /** That of a request's path. */
  public static Optional<SecurityToken> before(String path) {
    var prefix = PREFIX.matcher(path);
    return prefix.matches() ? Optional.of(new SecurityToken(prefix.group(1))) : Optional.empty();
  }

  public String path() {
    return "/cpsess" + digits;
  }

  @Override
  public String toString() {
    return "[secret]";
  }
}
