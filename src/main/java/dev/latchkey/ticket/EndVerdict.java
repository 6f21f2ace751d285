package dev.latchkey.ticket;

import static java.util.stream.Collectors.joining;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.DoorStatus;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.delivery.WaitsFor;
import dev.latchkey.server.Grant;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.StatedAccount;
import dev.latchkey.server.StatedEnd;
import dev.latchkey.server.StatedList;
import dev.latchkey.ssh.SshUser;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What ticket_revoke answers for what the server stated, in WHM's shape, and how others say the same. */
final class EndVerdict {
  /** What {@link #ended} shows. */
  static final List<Field> ENDED = Field.all(
      TicketData.ECHO,
      List.of(Field.number(
          "revoked_keys", "1 if the key is proven gone, 0 if not or if there was none.")),
      DoorStatus.FIELDS,
      TicketData.REMARKS,
      List.of(
          Field.texts(
                  "questions",
                  "What the server could not answer, so that it is not known whether access is gone (an extension); left out if nothing.")
              .atMost(StatedList.MOST)
              .optional(),
          UnattributedData.FIELD,
          WaitsFor.FIELD));

  private EndVerdict() {}

  static Answer revoked(Grant grant, Delivered delivered) {
    var end = end(grant, delivered);
    var left = Stream.concat(
        end.flatMap(EndVerdict::runsOn).stream(),
        end.flatMap(StatedEnd::account).map(EndVerdict::withAccount).stream());
    return Answer.of(ended(TicketData.echo(grant), delivered, 1, left));
  }

  /**
   * There was nothing to revoke: granted never, or proven gone before. It may have been meant for another account.
   *
   * @param isRepeated whether the same call has revoked it before, so that it is gone by that
   */
  static Answer nothingToRevoke(
      long ticket, long number, SshUser user, boolean isRepeated, Delivered delivered) {
    var name = delivered.state().server().name();
    var others = delivered.state().grantsOf(ticket).stream().map(other -> standing(other, name));
    return Answer.of(
        ended(TicketData.echo(ticket, number, user), delivered, isRepeated ? 1 : 0, others));
  }

  /** Whoever named the wrong account reads that access stands, or may: also where nobody wants it any more. */
  private static String standing(Grant grant, ServerName on) {
    return grant.isWanted()
        ? "ticket " + grant.ticket() + " has a grant for " + grant.user() + " on " + on
        : "the grant of ticket " + grant.ticket() + " for " + grant.user() + " on " + on
            + (grant.isEnding()
                ? " is being taken away and not proven gone yet"
                : " is held; ticket_hold_end lets or ends it");
  }

  static Answer revoking(Grant grant, Delivered delivered) {
    var data = ended(TicketData.echo(grant), delivered, 0, Stream.of());
    var end = end(grant, delivered);
    var questions = end.map(stated -> stated.questions().items())
        .filter(all -> !all.isEmpty())
        .map(Data::texts);
    return Answer.failed(
        whyNotProven(grant, delivered),
        data.with("questions", questions)
            .with(UnattributedData.of(delivered.state().server().name(), end.stream()))
            .with(
                WaitsFor.FIELD.name(),
                WaitsFor.of(delivered.outcome(), end.map(StatedEnd::endsByItself))));
  }

  /** When access ends by itself is told where only that is known: what the server has found may outlive our line. */
  static String whyNotProven(Grant grant, Delivered delivered) {
    var name = delivered.state().server().name();
    var why = end(grant, delivered)
        .map(end -> name + " states: " + obstacles(end, delivered))
        .orElseGet(() -> Explanation.of(name, delivered.outcome()) + "; access ends at "
            + grant.expiresAt() + " at the latest");
    return "revoking: " + why + "; the order stands and is repeated.";
  }

  private static String obstacles(StatedEnd end, Delivered delivered) {
    return Stream.concat(
            end.obstacles().stream(), Remarks.problems(delivered.outcome().statement()))
        .distinct()
        .collect(joining("; "));
  }

  static Optional<StatedEnd> end(Grant grant, Delivered delivered) {
    return delivered.outcome().statement().flatMap(stated -> stated.ended(grant));
  }

  /** What a repair restarts outlives the session; {@code gone} speaks of the key and its logins. */
  static Optional<String> runsOn(StatedEnd end) {
    return end.left().isEmpty()
        ? Optional.empty()
        : Optional.of("access is gone; " + end.left().size()
            + (end.left().size() == 1 ? " process" : " processes")
            + " started during it " + (end.left().size() == 1 ? "runs" : "run") + " on");
  }

  /** What is proven beside the key of an account that was made for the grant, and what is not. */
  static String withAccount(StatedAccount account) {
    var left = account.files().size();
    return "the account " + account.name() + " and all that ran or started as it is gone"
        + (account.searched().equals("yes")
            ? left == 0
                ? ""
                : ", " + left + (left == 1 ? " file" : " files") + " of it left elsewhere"
            : ", files of it elsewhere unknown")
        + switch (account.wasRoot()) {
          case "no" -> "";
          case "yes" -> "; it was root, and what it did as root nobody can list";
          default -> "; it may have been root";
        };
  }

  private static Data.Hash ended(
      Data.Hash echo, Delivered delivered, int keys, Stream<String> more) {
    var stated = delivered.outcome().statement();
    var remarks =
        Stream.concat(more, Remarks.of(delivered.state().server().name(), stated).stream());
    return echo.with("revoked_keys", keys)
        .with(
            DoorStatus.statuses(delivered.outcome(), !delivered.state().wanted().isEmpty()))
        .with(TicketData.remarks(remarks, stated));
  }
}
