package dev.latchkey.access;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Root or a reseller.
 *
 * @param quota calls of all its credentials in a calendar month (UTC)
 * @param revision changes with every change of the user
 */
public record User(
    String name, Privileges privileges, boolean suspended, OptionalLong quota, String revision) {
  public static final String ROOT = "root";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

  public static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  public static User root(String revision) {
    return new User(ROOT, Privileges.ALL, false, OptionalLong.empty(), revision);
  }
}
