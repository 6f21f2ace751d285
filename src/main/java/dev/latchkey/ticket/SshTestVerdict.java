package dev.latchkey.ticket;

import dev.latchkey.api.Answer;
import dev.latchkey.api.Field;
import dev.latchkey.data.Data;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.delivery.OrderOutcome;
import dev.latchkey.delivery.OrderOutcome.Running;
import dev.latchkey.delivery.OrderOutcome.Unknown;
import dev.latchkey.delivery.Remarks;
import dev.latchkey.server.Grant;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Observation.Action;
import dev.latchkey.server.Observation.SshTest;
import dev.latchkey.server.ServerName;
import dev.latchkey.server.ServerState;
import dev.latchkey.text.Quoted;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What ticket_ssh_test answers. WHM documents SUCCESS alone; the other words are the outcomes that its screen has. */
final class SshTestVerdict {
  /** The worst one first: of several accounts, the result of the ticket is the worst. */
  private enum Result {
    TIMEOUT,
    REFUSED,
    PROTOCOL,
    AUTH,
    ENVIRONMENT,
    ESCALATE,
    UNKNOWN,
    PENDING,
    SUCCESS
  }

  static final List<Field> TESTED = Field.all(
      List.of(
          Field.text(
              "result",
              "SUCCESS; REFUSED if sshd cannot be reached from the vendor's network, TIMEOUT if sshd or the server does not answer, PROTOCOL if sshd greets with something other than SSH, AUTH if it turns the login away, ENVIRONMENT if the login gives something other than a shell, ESCALATE if the account does not become root, UNKNOWN if that cannot be told, PENDING if the test has not ended.")),
      TicketData.REMARKS,
      List.of(
          Field.text("server_name", "The server's name (an extension)."),
          Field.time(
                  "tested_at",
                  "When the server was looked at, by its own clock (an extension); left out if it was not.")
              .optional(),
          Field.list(
              "accounts",
              "The accounts that the ticket was granted there (an extension).",
              Field.text("ssh_username", "The account."),
              Field.text("result", "The result for it."),
              Field.texts("because", "Why it is not SUCCESS, and how to fix it."),
              Field.flag(
                      "told",
                      "0 as long as the server does not state that it was told of this grant, so that the result will change by itself; left out otherwise.")
                  .optional())));

  /** @param isTold whether nothing is known that only has to arrive */
  private record Tested(String user, Result result, List<String> because, boolean isTold) {
    Tested(String user, Result result, List<String> because) {
      this(user, result, because, true);
    }

    Data data() {
      return Data.hash()
          .with("ssh_username", user)
          .with("result", result.name())
          .with("because", Data.texts(because))
          .with("told", isTold ? Optional.empty() : Optional.of(Data.flag(false)));
    }
  }

  private SshTestVerdict() {}

  /** @param outcome empty where no grant of the ticket is wanted, so that there was nothing to test */
  static Answer of(long ticket, ServerState on, Optional<OrderOutcome> outcome) {
    var name = on.server().name();
    var stated = outcome.flatMap(OrderOutcome::statement);
    var tested =
        on.grantsOf(ticket).stream().map(grant -> of(grant, on, outcome)).toList();
    var worst = tested.stream().map(Tested::result).min(Comparator.naturalOrder());
    var none =
        Stream.of("ticket " + ticket + " has no access on " + name + "; ticket_grant gives it");
    var because = tested.isEmpty()
        ? none
        : tested.stream()
            .flatMap(one -> one.because().stream().map(why -> one.user() + ": " + why));
    return Answer.of(Data.hash()
        .with("result", worst.orElse(Result.AUTH).name())
        .with(TicketData.remarks(Stream.concat(because, Remarks.of(name, stated).stream()), stated))
        .with("server_name", name.value())
        .with("tested_at", stated.map(Observation::at).map(TicketData::time))
        .with("accounts", new Data.Sequence(tested.stream().map(Tested::data).toList())));
  }

  private static Tested of(Grant grant, ServerState on, Optional<OrderOutcome> outcome) {
    var user = grant.user().value();
    if (grant.isHeld()) {
      return new Tested(
          user, Result.UNKNOWN, List.of("the grant is held; ticket_hold_end lets or ends it"));
    }
    return grant.isEnding()
        ? new Tested(
            user, Result.UNKNOWN, List.of("the access is being taken away, and is not proven gone"))
        : outcome.map(known -> of(grant, on, known)).orElseThrow();
  }

  private static Tested of(Grant grant, ServerState on, OrderOutcome outcome) {
    var user = grant.user().value();
    if (outcome instanceof Running) {
      return new Tested(
          user, Result.PENDING, List.of("the test has not ended; call ticket_ssh_test again"));
    }
    var failed =
        outcome instanceof Unknown unknown && isTimeout(unknown) ? Result.TIMEOUT : Result.UNKNOWN;
    return outcome
        .statement()
        .map(stated -> of(grant, on, stated))
        .orElseGet(() -> new Tested(user, failed, List.of(why(on.server().name(), outcome))));
  }

  /** Why there is no statement about a test. */
  static String why(ServerName name, OrderOutcome outcome) {
    return outcome instanceof Unknown unknown
        ? name + " does not answer the test: " + Quoted.sentence(unknown.why())
        : Explanation.of(name, outcome);
  }

  private static Tested of(Grant grant, ServerState on, Observation stated) {
    var user = grant.user().value();
    if (!on.isStatedWith(grant, stated)) {
      // What it has may be a former grant of the same account, with another key.
      return new Tested(
          user, Result.AUTH, List.of(on.server().name() + " was not told of the grant yet"), false);
    }
    var done = stated.action().filter(Action::done);
    if (done.isEmpty()) {
      var why =
          stated.action().flatMap(Action::problem).orElse("it does not say what the test came to");
      return new Tested(user, Result.UNKNOWN, List.of(on.server().name() + " states: " + why));
    }
    return done.get().tests().stream()
        .filter(test -> test.user().equals(user))
        .findFirst()
        .map(SshTestVerdict::read)
        .orElseGet(() -> new Tested(
            user, Result.UNKNOWN, List.of(on.server().name() + " states nothing of the grant")));
  }

  /** A word that no agent of ours says is not taken for anything. */
  private static Tested read(SshTest test) {
    var result = Arrays.stream(Result.values())
        .filter(value -> value.name().equals(test.result()))
        .findFirst()
        .orElse(Result.UNKNOWN);
    var because = result == Result.SUCCESS || !test.because().isEmpty()
        ? test.because()
        : List.of("it does not say why");
    return new Tested(test.user(), result, because);
  }

  private static boolean isTimeout(Unknown outcome) {
    return outcome.why().contains("TimedOut")
        || outcome.why().equals("Undeliverable")
        || outcome.why().startsWith("it has not ended");
  }
}
