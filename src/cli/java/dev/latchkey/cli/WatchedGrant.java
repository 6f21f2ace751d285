package dev.latchkey.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;

/**
 * Grants, then looks until the server has stated that it would let the vendor in, or until there is a reason why it does not.
 * Who stops watching takes nothing back: the grant stands. A network that is gone for a while ends nothing.
 */
final class WatchedGrant {
  static final String FUNCTION = "ticket_grant";

  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int LOOKS_BEFORE_A_TEST = 5;

  /** A read may be older than the grant, but not twice. */
  private static final int LOOKS_WITHOUT_A_GRANT = 2;

  /** Results of the test that no time changes. */
  private static final Set<String> REASONS =
      Set.of("REFUSED", "PROTOCOL", "AUTH", "ENVIRONMENT", "ESCALATE");

  private final RemoteCalls calls;
  private final Workplace place;
  private final CliOptions options;
  private String server = "the server";
  private boolean authed;
  private int looksWithoutGrant;
  private Optional<CliProblem> problem = Optional.empty();

  WatchedGrant(RemoteCalls calls, Workplace place, CliOptions options) {
    this.calls = calls;
    this.place = place;
    this.options = options;
  }

  boolean isAuthed() {
    return authed;
  }

  /** Why nobody knows what became of the grant; empty where that is known. */
  Optional<CliProblem> problem() {
    return problem;
  }

  /** @return the grant's own answer, or that of the list in which it was seen to be AUTHED */
  RemoteAnswer watch(CallPlan plan) throws IOException {
    var granted = calls.make(plan);
    var data = granted.data();
    authed = data.flatMap(one -> one.text("auth_status")).equals(Optional.of("AUTHED"));
    if (!granted.done() || authed || data.isEmpty()) {
      return granted;
    }
    server = data.get().text("server_name").map(Visible::line).orElse(server);
    say(server
        + " was granted and has not confirmed yet; the grant stands, also if you stop watching.");
    remarks(data.get());
    return looked(granted, data.get());
  }

  private RemoteAnswer looked(RemoteAnswer granted, Node.Members grant) throws IOException {
    var limit = options.patience();
    var waited = Duration.ZERO;
    for (var look = 1; waited.compareTo(limit) < 0; look++) {
      progress(server + ": " + problem.map(any -> "no answer").orElse("NOT_AUTHED") + ", "
          + waited.toSeconds() + " s of " + limit.toSeconds() + " s");
      place.pause().accept(PAUSE);
      var begin = System.nanoTime();
      var list = asked("ticket_list", grant, "ticket_id", "server_num", "ssh_username");
      if (problem.filter(one -> one.exit() == ExitCode.CREDENTIAL).isPresent()) {
        break;
      }
      if (list.isPresent()) {
        var row = row(list.get(), grant);
        authed = isAuthed(row);
        if (authed) {
          end("AUTHED.");
          return list.get();
        }
        var why = over(list.get(), row);
        if (why.isEmpty() && look % LOOKS_BEFORE_A_TEST == 0) {
          why = reason(grant);
        }
        if (why.isPresent()) {
          end(why.get());
          return granted;
        }
      }
      waited = waited.plus(PAUSE).plusNanos(System.nanoTime() - begin);
    }
    if (problem.isEmpty()) {
      var why = reason(grant)
          .orElse(
              looksWithoutGrant == 0
                  ? "it is not known why. The grant stands, and is carried out as soon as the server can be reached."
                  : "it is not known whether the grant still stands; ticket_list tells.");
      progress("");
      say(server + " has not confirmed within " + limit.toSeconds() + " s: " + why);
    }
    if (problem.isPresent()) {
      progress("");
      problem = problem.map(one -> one.and(
          FUNCTION + " was done; it is not known whether " + server + " has confirmed it."));
    }
    return granted;
  }

  private static boolean isAuthed(Optional<Node.Members> row) {
    return row.flatMap(one -> one.text("auth_status")).equals(Optional.of("AUTHED"))
        && row.flatMap(one -> one.text("ending")).isEmpty();
  }

  /** @return what a function says of the grant; empty if there is no answer, which {@link #problem()} then tells */
  private Optional<RemoteAnswer> asked(String function, Node.Members grant, String... names) {
    var arguments = new ArrayList<Written>();
    arguments.add(new Written("api.version", "1", false));
    for (var name : names) {
      grant.text(name).ifPresent(value -> arguments.add(new Written(name, value, false)));
    }
    problem = Optional.empty();
    try {
      return Optional.of(calls.make(new CallPlan(
          function,
          FunctionList.embedded().find(function),
          arguments,
          Optional.empty(),
          false,
          options.timeout(),
          options.retries())));
    } catch (CliProblem passing) {
      problem = Optional.of(passing);
      return Optional.empty();
    }
  }

  private static Optional<Node.Members> row(RemoteAnswer list, Node.Members grant) {
    return list.data().stream()
        .flatMap(data -> FunctionList.items(data, "auths").stream())
        .filter(Node.Members.class::isInstance)
        .flatMap(ticket -> FunctionList.items((Node.Members) ticket, "servers").stream())
        .filter(Node.Members.class::isInstance)
        .map(Node.Members.class::cast)
        .filter(one -> one.text("ssh_username").equals(grant.text("ssh_username"))
            && one.text("server_num").equals(grant.text("server_num")))
        .findFirst();
  }

  /** Why nothing more will come. */
  private Optional<String> over(RemoteAnswer list, Optional<Node.Members> row) {
    if (!list.done()) {
      return Optional.of("ticket_list is refused, and so it is not known whether it has confirmed: "
          + Visible.line(list.reason()));
    }
    // Whatever is granted has an end.
    looksWithoutGrant =
        row.flatMap(one -> one.text("expires_at")).isPresent() ? 0 : looksWithoutGrant + 1;
    if (looksWithoutGrant >= LOOKS_WITHOUT_A_GRANT) {
      return Optional.of("the grant is gone; somebody has revoked it, or its time is over.");
    }
    if (row.flatMap(one -> one.text("held")).equals(Optional.of("1"))) {
      return Optional.of("the grant is held; ticket_hold_end lets it go on or ends it.");
    }
    return row.flatMap(one -> one.text("ending"))
        .map(ending -> "the access is being taken away (" + Visible.line(ending) + ").")
        .or(() -> row.flatMap(one -> one.text("auth_status")).equals(Optional.of("EXPIRED"))
            ? Optional.of("the time of the grant is over.")
            : Optional.empty());
  }

  /** What the server says stands in the way, where it says so for good. */
  private Optional<String> reason(Node.Members grant) {
    return asked("ticket_ssh_test", grant, "ticket_id", "server_num").stream()
        .flatMap(test -> test.data().stream())
        .flatMap(data -> FunctionList.items(data, "accounts").stream())
        .filter(Node.Members.class::isInstance)
        .map(Node.Members.class::cast)
        .filter(one -> one.text("ssh_username").equals(grant.text("ssh_username")))
        .filter(one -> one.text("result").filter(REASONS::contains).isPresent())
        // Of a grant that has only to arrive the result changes by itself.
        .filter(one -> !one.text("told").equals(Optional.of("0")))
        .map(one -> {
          var because = new ArrayList<String>();
          FunctionList.items(one, "because")
              .forEach(each -> each.scalar().map(Visible::line).ifPresent(because::add));
          return one.text("result").orElse("")
              + (because.isEmpty() ? "." : ": " + String.join("; ", because));
        })
        .findFirst();
  }

  private void remarks(Node.Members data) throws IOException {
    for (var remark : FunctionList.items(data, "non_fatals")) {
      say(Visible.line(remark.scalar().orElse("")));
    }
  }

  private void end(String sentence) throws IOException {
    progress("");
    say(server + ": " + sentence);
  }

  private void say(String sentence) throws IOException {
    write(place.name() + ": " + sentence + "\n");
  }

  /** A line that the next one writes over; nothing where nobody looks at it. */
  private void progress(String line) throws IOException {
    if (place.errorTerminal()) {
      write("\r\u001b[K" + Visible.line(line));
    }
  }

  private void write(String text) throws IOException {
    place.err().write(text.getBytes(StandardCharsets.UTF_8));
    place.err().flush();
  }
}
