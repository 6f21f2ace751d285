package dev.latchkey.server;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What a server stated to have that lets somebody in.
 *
 * @param name the key's fingerprint, the account's name, the path of the file of sudoers, or what vanished
 * @param place tells lines with the same key apart; empty for what there can be but one of
 * @param user the account as which a key logs in
 * @param file the file that has the key
 * @param what the account's uid, groups, shell and home; of a file of sudoers a digest; of what vanished what became of it
 * @param ticket which the line of a key names, as the lines of grants do
 * @param lastLogin by the key as that account, as far as the server's journal knows
 */
public record Finding(
    Kind kind,
    String name,
    String place,
    Optional<String> user,
    Optional<String> file,
    Optional<Long> line,
    Optional<String> type,
    Optional<String> options,
    Optional<String> comment,
    Optional<String> what,
    Optional<Long> ticket,
    Optional<Instant> lastLogin) {

  /** In the order of their words, in which they are listed. */
  public enum Kind {
    ACCOUNT,
    KEY,
    SUDOERS,
    /** A grant, or a key that was authorized, that the server no longer has. */
    VANISHED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding vanished(String name, String what) {
    return new Finding(
        Kind.VANISHED,
        name,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(what),
        Optional.empty(),
        Optional.empty());
  }

  /** By which it is known on its server; the agent's pages are in the order of these. */
  String id() {
    return kind.word() + " " + name + (place.isEmpty() ? "" : " " + place);
  }

  /** Whether what was once looked at is still that: a line may move in its file, and somebody may log in by it. */
  boolean isStill(Finding before) {
    return user.equals(before.user)
        && file.equals(before.file)
        && type.equals(before.type)
        && options.equals(before.options)
        && comment.equals(before.comment)
        && what.equals(before.what)
        && ticket.equals(before.ticket);
  }
}
