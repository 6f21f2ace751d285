package dev.latchkey.ticket;

import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.server.Receipt;
import dev.latchkey.server.StatedEnd.Running;
import dev.latchkey.server.StatedEnd.Session;
import dev.latchkey.server.StatedEndReader;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A receipt as an auditor reads it: the verdict first, everything in words, and what the server stated as it was. */
final class ReceiptData {
  private static final int MOST_CHARACTERS = 24_000;
  private static final int MOST_NESTED = 12;

  static final List<Field> FIELDS = List.of(
      Field.text("verdict", "What it proves, a sentence."),
      Field.flag(
          "gone", "1: the server has stated that the key is gone and that no login by it lives."),
      Field.number("ticket_id", "The ticket's number."),
      Field.number("server_num", "The number of the server inside the ticket."),
      Field.text("server_name", "The server's name."),
      Field.text(
              "node",
              "The node of the machine that stated it; left out in receipts of an earlier release.")
          .optional(),
      Field.text("ssh_username", "The account that the vendor logged in to."),
      Field.text("fingerprint", "The SHA-256 fingerprint of the vendor's key."),
      Field.text("reason", "Why the access was taken away: REVOKED, EXPIRED, CLOSED or FAILED."),
      Field.time("granted_at", "When it was granted."),
      Field.time("ended_at", "When its end was asked for."),
      Field.time("stated_at", "When the server stated that it is gone, by the server's clock."),
      Field.number("generation", "The generation of the order that the server carried out."),
      Field.texts("sessions_ended", "The sessions that were ended, one in a line."),
      Field.texts("processes_ended", "The processes that were ended, one in a line."),
      Field.texts("left", "The processes that were started during the lease and run on, and why."),
      Field.texts("put_aside", "Files that were moved out of the way of sshd."),
      Field.texts(
          "appeared",
          "What was not there when the lease began: keys, accounts and the like, one in a line."),
      Field.number(
          "left_out", "How many entries the server had to leave out of these lists; 0 for none."),
      Field.texts(
              "account",
              "What became of the account that was made for the grant, a line each, files that it left elsewhere among them; left out if it had none of its own.")
          .optional(),
      Field.text(
              "inventory_granted",
              "The SHA-256 of what the server had before the lease, as it stated it with the key; null if it did not.")
          .orNull(),
      Field.text(
              "inventory_now",
              "The same, as the server has it now; another means that it was changed, and then “appeared” is unknown. Null if it has none.")
          .orNull(),
      Field.flag(
              "simulated",
              "1 if the server is a folder, where no process and no firewall was looked at; left out if it is not.")
          .optional(),
      Field.anyHash(
          "statement",
          "What the server stated, as the agent's documentation describes it in “ended”."));

  private ReceiptData() {}

  static Data of(Receipt receipt) {
    var end = StatedEndReader.read(receipt.statement());
    return Data.hash()
        .with(
            "verdict",
            capitalized(EndVerdict.runsOn(end).orElse("access is gone")
                + end.account()
                    .map(EndVerdict::withAccount)
                    .map(text -> "; " + text)
                    .orElse("")
                + "."))
        .with("gone", Data.flag(true))
        .with("ticket_id", receipt.ticket())
        .with("server_num", receipt.number())
        .with("server_name", receipt.server().value())
        .with("node", receipt.node().map(node -> Data.text(node.value())))
        .with("ssh_username", receipt.user().value())
        .with("fingerprint", receipt.fingerprint())
        .with("reason", receipt.reason().name())
        .with("granted_at", TicketData.time(receipt.grantedAt()))
        .with("ended_at", TicketData.time(receipt.endedAt()))
        .with("stated_at", TicketData.time(receipt.statedAt()))
        .with("generation", receipt.generation())
        .with("sessions_ended", Data.texts(end.sessionsEnded().lines(Session::line)))
        .with("processes_ended", Data.texts(end.processesEnded().lines(Running::line)))
        .with("left", Data.texts(end.left().lines(Running::line)))
        .with("put_aside", Data.texts(end.putAside().lines(Function.identity())))
        .with("appeared", Data.texts(receipt.appeared(end)))
        .with("left_out", end.leftOut())
        .with("account", end.account().map(account -> Data.texts(account.lines())))
        .with("inventory_granted", Data.orNull(receipt.inventory().map(Data::text)))
        .with("inventory_now", Data.orNull(end.inventory().map(Data::text)))
        .with(
            "simulated",
            Optional.of(receipt).filter(Receipt::simulated).map(folder -> Data.flag(true)))
        .with("statement", Json.read(receipt.statement(), MOST_CHARACTERS, MOST_NESTED));
  }

  private static String capitalized(String sentence) {
    return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1);
  }
}
