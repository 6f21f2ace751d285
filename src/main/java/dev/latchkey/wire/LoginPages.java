package dev.latchkey.wire;

import dev.latchkey.access.SessionClaim;

/** The pages of logging in. None has a word of why something was refused that an attacker could learn from. */
final class LoginPages {
  private LoginPages() {}

  /** @param target a local path to go to afterwards; empty for none */
  static Page form(String target) {
    return new Page("Log in", form(target, ""));
  }

  /** The same whatever was wrong; clients look for {@code invalid_login}. */
  static Page refused() {
    return new Page("Log in", form("", "<p id=\"invalid_login\">The login is invalid.</p>\n"));
  }

  /** The credential is good, and yet there is no session. */
  static Page failed(String sentence) {
    return new Page("Log in", form("", "<p>" + Page.text(sentence) + "</p>\n"));
  }

  private static String form(String target, String before) {
    return before + "<form method=\"post\" action=\"/login\">\n"
        + "<p><label>User <input name=\"user\" autocomplete=\"username\" required></label></p>\n"
        + "<p><label>API token <input name=\"pass\" type=\"password\" autocomplete=\"off\" required></label></p>\n"
        + (target.isEmpty()
            ? ""
            : "<input type=\"hidden\" name=\"goto_uri\" value=\"" + Page.text(target) + "\">\n")
        + "<p><button>Log in</button></p>\n</form>\n";
  }

  /**
   * What a browser gets for a link: nothing was read for it, and nothing is used up, so that whoever only looks at links in
   * mails does not take them away.
   */
  static Page link(SessionClaim claim) {
    return new Page(
        "Log in",
        "<p>This link opens a session as " + Page.text(claim.id().user()) + ", once.</p>\n"
            + "<form method=\"post\" action=\"" + claim.token().path() + "/login\">\n"
            + "<input type=\"hidden\" name=\"session\" value=\""
            + Page.text(claim.id().reveal()) + "\">\n"
            + "<p><button autofocus>Log in</button></p>\n</form>\n");
  }
}
