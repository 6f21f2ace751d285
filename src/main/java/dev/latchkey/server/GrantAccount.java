package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;
import dev.latchkey.text.Quoted;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whose account a grant lets the vendor log in to: one that the server has, or one that the agent makes for it. */
public enum GrantAccount {
  /** One that is there, and stays. */
  SHARED,
  /** {@code lk-TICKET}, made with the grant and deleted at its end. */
  OWN,
  /** The same, and it becomes root by sudo. */
  OWN_WITH_SUDO;

  private static final Pattern KEPT = Pattern.compile("lk-[1-9][0-9]*");

  /** @param own whether it is the grant's own; a shared one has the rights that the server gives it */
  public static GrantAccount of(boolean own, boolean sudo) {
    return own ? sudo ? OWN_WITH_SUDO : OWN : SHARED;
  }

  /**
   * Whether it is the grant's own.
   *
   * @throws IllegalArgumentException that says what would be right
   */
  public static Boolean parse(String text) {
    return switch (text) {
      case "own" -> true;
      case "shared" -> false;
      default ->
        throw new IllegalArgumentException("“" + Quoted.of(text) + "” is neither shared nor own.");
    };
  }

  public boolean isOwn() {
    return this != SHARED;
  }

  public boolean hasSudo() {
    return this == OWN_WITH_SUDO;
  }

  /** The account of a ticket's own grant: at most 22 characters, as a ticket has at most 19 digits. */
  public static SshUser nameFor(long ticket) {
    return new SshUser("lk-" + ticket);
  }

  /** Whether accounts of this name are made by grants alone. */
  public static boolean isKept(SshUser user) {
    return KEPT.matcher(user.value()).matches();
  }

  /** {@code account} of an order or a call; empty for a shared one, which they leave out. */
  public Optional<String> told() {
    return isOwn() ? Optional.of("own") : Optional.empty();
  }

  /** {@code sudo} of an order or a call; empty where there is none. */
  public Optional<Long> toldSudo() {
    return hasSudo() ? Optional.of(1L) : Optional.empty();
  }

  /** What the hash of a wanted state has of it: nothing for a shared one, as before there was another. */
  String hashed() {
    return switch (this) {
      case SHARED -> "";
      case OWN -> " own";
      case OWN_WITH_SUDO -> " own sudo";
    };
  }
}
