package dev.latchkey.session;

import java.util.Set;

/** Pages that {@code app} can name, by WHM's names. */
final class ConsolePages {
  private static final Set<String> APPS =
      Set.of("api_shell", "api_tokens", "grant_cpanel_support_access", "manage_roots_ssh_keys");

  private ConsolePages() {}

  /** Below the session's security token; the front page for what is not one of these. */
  static String path(String app) {
    return APPS.contains(app) ? "/" + app : "/";
  }
}
