package dev.latchkey.server;

import dev.latchkey.server.StatedEnd.Gone;
import dev.latchkey.server.StatedEnd.Running;
import dev.latchkey.server.StatedEnd.Session;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a server stated of a key that must not log in there as any account. Texts are cut and cleaned, lists have at most
 * {@link StatedList#MOST} entries.
 *
 * @param krl whether sshd refuses the key by our KRL
 * @param kept whether it is revoked there although the order does not say so
 * @param lines that were taken out
 * @param left processes that were started by its logins and run on
 * @param copies lines of the key that still stand
 * @param unattributed live sessions that may be the key's, and nobody can tell
 * @param questions what could not be answered, a sentence each
 * @param statement this entry as it was printed: what the receipt keeps
 */
public record StatedRevocation(
    String fingerprint,
    Gone gone,
    boolean krl,
    boolean kept,
    Optional<String> problem,
    StatedList<String> lines,
    StatedList<Session> sessionsEnded,
    StatedList<Running> processesEnded,
    StatedList<Running> left,
    StatedList<String> copies,
    StatedList<Session> unattributed,
    StatedList<String> questions,
    String statement) {

  /** Whether it is only not gone yet: nothing is named that somebody has to look at. */
  public boolean endsByItself() {
    return gone != Gone.UNKNOWN
        && problem.isEmpty()
        && copies.isEmpty()
        && questions.isEmpty()
        && unattributed.isEmpty();
  }

  /** What stands between it and a proof, a sentence each; empty when it is gone. */
  public List<String> obstacles() {
    if (gone == Gone.YES) {
      return List.of();
    }
    var all = Stream.of(
            problem.stream(),
            copies.lines(line -> "the key stands in " + line).stream(),
            questions.lines(question -> question).stream(),
            unattributed()
                .lines(session -> "a session that no key explains lives, " + session.line())
                .stream())
        .flatMap(sentences -> sentences)
        .toList();
    return all.isEmpty()
        ? List.of(gone == Gone.NO ? "it is not gone yet" : "it is not known whether it is gone")
        : all;
  }
}
