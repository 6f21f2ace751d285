package dev.latchkey.wire;

import java.util.List;

/** The pages of the console, by WHM's names: the last part of their paths, and what {@code app} of a link can name. */
public final class ConsolePages {
  public static final List<String> NAMES = List.of(
      "api_shell", "api_tokens", "grant_cpanel_support_access", "manage_roots_ssh_keys", "usage");

  private ConsolePages() {}

  static boolean isOne(String name) {
    return NAMES.contains(name);
  }

  /** Below a session's security token; the front page for what is not one of these. */
  public static String path(String app) {
    return isOne(app) ? "/" + app : "/";
  }
}
