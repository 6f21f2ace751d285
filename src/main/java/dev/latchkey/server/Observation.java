package dev.latchkey.server;

import dev.latchkey.ssh.SshUser;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a server stated after an order, as {@code infra/agent/README.md} has it. It is a stranger's word: it can change only
 * the records of the server that the order went to.
 *
 * @param epoch that of the last generation that the server carried out, 0 before the first
 * @param generation the last one that the server carried out, 0 before the first
 * @param hash of the wanted state that it carried out, as the order named it; empty before the first
 * @param at the server's own clock
 * @param problem what stood in the way of the whole order
 * @param agentSha256 of the agent that stated it, or that is in its place where none ran; empty where that is not said
 * @param unmanaged what others did to keys of ours, found and put right, and copies of such keys
 * @param simulated whether it is a folder that stands for a server: no process, log or firewall was looked at
 * @param faulty entries of the order that the server could not read, a sentence each
 * @param revoked what became of keys that must not log in as any account
 * @param host what the server says that it is
 * @param statement all of it but the answer to a verb for keys, as it was printed
 */
public record Observation(
    Outcome outcome,
    String request,
    String node,
    long epoch,
    long generation,
    Optional<String> hash,
    Instant at,
    Optional<String> problem,
    Optional<String> agentVersion,
    Optional<String> agentSha256,
    Optional<String> sshVersion,
    List<Standing> grants,
    List<StatedEnd> ended,
    StatedDoors doors,
    boolean auditLogWritten,
    List<Unmanaged> unmanaged,
    Optional<Action> action,
    boolean simulated,
    Optional<StatedSweep> sweep,
    List<String> faulty,
    List<StatedRevocation> revoked,
    StatedHost host,
    String statement) {

  public enum Outcome {
    DONE,
    PARTIAL,
    STALE,
    BUSY,
    TOO_LATE,
    REFUSED,
    /** The agent is not there, or not the one that the order names. */
    NO_AGENT,
    NO_PYTHON,
    /** The new agent failed its test of itself; the one that was there is untouched. */
    SELFTEST_FAILED,
    /** The new agent was put in its place and made no statement; the last one is there again. */
    WENT_BACK
  }

  /**
   * A grant as it stands on the server.
   *
   * @param admits whether sshd would let a login by its key in, at every address that was asked
   * @param because what stands in the way of that, a sentence each
   * @param file in which its line stands
   * @param absent whether it was read that no line of its key is there; false where that is not known
   * @param inventory the SHA-256 of what was there before the lease: keys, accounts, settings and the like
   */
  public record Standing(
      long ticket,
      String user,
      State state,
      Admits admits,
      List<String> because,
      Optional<String> problem,
      Optional<String> file,
      boolean absent,
      Optional<String> inventory) {
    public enum State {
      PRESENT,
      MISSING,
      EXPIRED,
      FAILED
    }

    public enum Admits {
      YES,
      NO,
      UNKNOWN
    }

    /** Whether the vendor can log in: the line is there, and nothing was found that would turn him away. */
    public boolean isAdmitted() {
      return state == State.PRESENT && admits == Admits.YES;
    }

    /** Whether the server could not place it, and nothing of it is there. */
    public boolean isRefused() {
      return state == State.FAILED && absent;
    }

    boolean isOf(Grant grant) {
      return grant.is(ticket, new SshUser(user));
    }
  }

  public record Unmanaged(String user, String file, String fingerprint, String what) {}

  /**
   * What became of the order's verb.
   *
   * @param standsIn the file in which the line of an authorized key stands
   * @param expiresAt when that line ends, as the server's own clock reads its {@code expiry-time}; empty for never
   * @param admits whether root could log in by that line, from anywhere that it lets somebody in
   * @param because what stands in the way of that, a sentence each; of a part of the addresses where {@code admits} is yes
   * @param standing lines of the key that stand already, for which it was refused
   * @param unread files of keys that could not be read, a sentence each
   * @param tests what the vendor of a ticket would come to, for each account
   * @param logins the keys by which root could log in, grants aside
   * @param key the public key that was made
   * @param gone fingerprints of keys whose lines were taken out, also where the rest was not done
   * @param notes what else is to be known of it, a sentence each
   * @param received what the SSH server of another host greeted with
   * @param hulk what became of a verb for cPHulk
   * @param findings a page of what lets somebody in
   */
  public record Action(
      boolean done,
      Optional<String> problem,
      boolean authorized,
      Optional<String> fingerprint,
      Optional<String> standsIn,
      Optional<Instant> expiresAt,
      Standing.Admits admits,
      List<String> because,
      List<KeyLine> standing,
      List<KeyFile> keys,
      StatedList<String> unread,
      List<SshTest> tests,
      StatedList<Login> logins,
      Optional<String> next,
      Optional<String> key,
      List<String> gone,
      List<String> notes,
      Optional<String> received,
      Optional<StatedHulk> hulk,
      Optional<Findings> findings) {}

  /**
   * A line with a key by which root could log in.
   *
   * @param from the addresses that the line lets in; empty for all
   * @param expiresAt when the line ends; empty for never
   * @param because what stands in the way, a sentence each; of a part of the addresses where {@code admits} is yes
   */
  public record Login(
      String fingerprint,
      String file,
      long line,
      String options,
      List<String> from,
      Optional<Instant> expiresAt,
      Standing.Admits admits,
      List<String> because) {}

  /**
   * What a vendor would come to.
   *
   * @param result a word of WHM's, such as {@code SUCCESS}
   * @param because why it is no success, a sentence each
   */
  public record SshTest(String user, String result, List<String> because) {}

  /** A line of a file of authorized keys. */
  public record KeyLine(String file, long line, String options) {}

  /**
   * A file of keys, or one key of it, in root's {@code .ssh}.
   *
   * @param line where the key stands in a file of several
   * @param format what the file is written in, where that is not OpenSSH's own line
   * @param authorized empty where the server does not know
   */
  public record KeyFile(
      String file,
      Optional<Long> line,
      Optional<String> format,
      boolean isPrivate,
      Optional<Boolean> authorized,
      Optional<String> comment,
      long ctime,
      long mtime,
      Optional<String> text) {}

  /** The door in the firewall. */
  public StatedDoor chain() {
    return doors.chain();
  }

  /** Whether the server answered only that it lacks our agent, or has another version; such an answer names no order and no node. */
  public boolean isWithoutAgent() {
    return outcome == Outcome.NO_AGENT;
  }

  /** Whether the order, or a later one, was carried out. */
  public boolean isCarriedOut() {
    return outcome == Outcome.DONE || outcome == Outcome.PARTIAL;
  }

  /** Whether it is about this very wanted state; of generation 0 there is none, and so no hash. */
  public boolean isOf(long ofEpoch, long ofGeneration, String ofHash) {
    return epoch == ofEpoch
        && generation == ofGeneration
        && (ofGeneration == 0 || hash.filter(ofHash::equals).isPresent());
  }

  /** Why access might not end on time where nobody can reach the server; empty where nothing speaks for it, and for a folder. */
  public Optional<String> sweepProblem() {
    return sweep.filter(stated -> !simulated).flatMap(stated -> stated.problemAt(at));
  }

  public Optional<Standing> standing(Grant grant) {
    return grants.stream().filter(standing -> standing.isOf(grant)).findFirst();
  }

  public Optional<StatedEnd> ended(Grant grant) {
    return ended.stream().filter(end -> end.isOf(grant)).findFirst();
  }

  public Optional<StatedRevocation> revoked(String fingerprint) {
    return isCarriedOut()
        ? revoked.stream().filter(one -> one.fingerprint().equals(fingerprint)).findFirst()
        : Optional.empty();
  }

  /** Keys that are revoked there although the order, which may be of a table from before, does not say so. */
  List<String> keptRevoked() {
    return revoked.stream()
        .filter(StatedRevocation::kept)
        .map(StatedRevocation::fingerprint)
        .toList();
  }

  /** Whether it proves that nobody can log in by this grant any more. */
  public boolean provesGone(Grant grant) {
    return isCarriedOut()
        && generation >= grant.generation()
        && ended(grant).filter(end -> end.gone() == StatedEnd.Gone.YES).isPresent();
  }
}
