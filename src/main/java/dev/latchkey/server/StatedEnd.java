package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a server stated of a grant that must be gone. Texts are cut and cleaned, lists have at most {@link StatedList#MOST}
 * entries.
 *
 * @param copies lines with one of its keys that still stand, and where
 * @param questions what could not be answered, a sentence each
 * @param unattributed live sessions that may be the vendor's, and nobody can tell
 * @param left processes that were started during it and run on, such as a service that was restarted
 * @param putAside files that were moved out of sshd's way
 * @param appeared what was not there when the lease began, a line each
 * @param inventory the SHA-256 of what the lease began with, as the server has kept it
 * @param account what became of the account that was made for it; empty if it had none of its own
 * @param leftOut how many entries of its lists the server had to leave out, all lists together
 * @param statement this entry as it was printed: what the receipt keeps
 */
public record StatedEnd(
    long ticket,
    String user,
    Gone gone,
    StatedList<String> copies,
    Optional<String> problem,
    StatedList<String> questions,
    StatedList<Session> unattributed,
    StatedList<Session> sessionsEnded,
    StatedList<Running> processesEnded,
    StatedList<Running> left,
    StatedList<String> putAside,
    List<String> appeared,
    Optional<String> inventory,
    Optional<StatedAccount> account,
    long leftOut,
    String statement) {
  /** Whether nobody can log in by the grant any more, and nobody who did is still there. */
  public enum Gone {
    YES,
    NO,
    /** A question could not be answered, which is never taken for a yes. */
    UNKNOWN
  }

  /**
   * A login.
   *
   * @param id names it for {@code api.end_unattributed}; empty for one that has ended
   * @param from the address, as the server has it
   */
  public record Session(
      String id,
      Optional<Long> pid,
      Optional<String> user,
      Optional<String> from,
      Optional<Instant> since,
      Optional<String> terminal) {

    /** In words. */
    public String line() {
      return sentence(List.of(
          pid.map(number -> "process " + number),
          user.map(name -> "as " + name),
          from.map(address -> "from " + address),
          since.map(at -> "since " + at),
          terminal.map(name -> "on " + name)));
    }
  }

  /** A process. */
  public record Running(
      Optional<Long> pid,
      String name,
      Optional<String> user,
      Optional<String> unit,
      Optional<Instant> since,
      Optional<String> why) {

    /** In words. */
    public String line() {
      return sentence(List.of(
              Optional.of(name),
              pid.map(number -> "(process " + number + ")"),
              user.map(account -> "as " + account),
              unit.map(service -> "of " + service),
              since.map(at -> "since " + at)))
          + why.map(text -> ": " + text).orElse("");
    }
  }

  private static String sentence(List<Optional<String>> parts) {
    return parts.stream().flatMap(Optional::stream).collect(Collectors.joining(" "));
  }

  /** One of which nothing is said but whether it is gone. */
  static StatedEnd of(long ticket, SshUser user, Gone gone) {
    return new StatedEnd(
        ticket,
        user.value(),
        gone,
        StatedList.empty(),
        Optional.empty(),
        StatedList.empty(),
        StatedList.empty(),
        StatedList.empty(),
        StatedList.empty(),
        StatedList.empty(),
        StatedList.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        0,
        "{}");
  }

  boolean isOf(Grant grant) {
    return grant.is(ticket, new SshUser(user));
  }

  /** Whether it is only not gone yet: nothing is named that somebody has to look at. */
  public boolean endsByItself() {
    return gone != Gone.UNKNOWN
        && copies.isEmpty()
        && problem.isEmpty()
        && questions.isEmpty()
        && unattributed.isEmpty();
  }

  /** What stands between it and a proof, a sentence each; empty when it is gone. */
  public List<String> obstacles() {
    if (gone == Gone.YES) {
      return List.of();
    }
    return new Obstacles(this).sentences();
  }
}
