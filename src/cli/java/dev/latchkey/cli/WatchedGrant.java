package dev.latchkey.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Grants, then looks until the server has stated that it would let the vendor in, or until there is a reason why it does not.
 * Who stops watching takes nothing back: the grant stands.
 */
final class WatchedGrant {
  static final String FUNCTION = "ticket_grant";

  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final int LOOKS_BEFORE_A_TEST = 5;

  /** Results of the test that no time changes. */
  private static final Set<String> REASONS =
      Set.of("REFUSED", "PROTOCOL", "AUTH", "ENVIRONMENT", "ESCALATE");

  private final RemoteCalls calls;
  private final Workplace place;
  private final CliOptions options;
  private boolean authed;

  WatchedGrant(RemoteCalls calls, Workplace place, CliOptions options) {
    this.calls = calls;
    this.place = place;
    this.options = options;
  }

  boolean isAuthed() {
    return authed;
  }

  /** @return the grant's own answer, or that of the list in which it was seen to be AUTHED */
  RemoteAnswer watch(CallPlan plan) throws IOException {
    var granted = calls.make(plan);
    var data = granted.data();
    authed = data.flatMap(one -> one.text("auth_status")).equals(Optional.of("AUTHED"));
    if (!granted.done() || authed || data.isEmpty()) {
      return granted;
    }
    var server = data.get().text("server_name").orElse("the server");
    say(server
        + " was granted and has not confirmed yet; the grant stands, also if you stop watching.");
    remarks(data.get());
    var limit = options.patience();
    for (var waited = Duration.ZERO; waited.compareTo(limit) < 0; waited = waited.plus(PAUSE)) {
      progress(
          server + ": NOT_AUTHED, " + waited.toSeconds() + " s of " + limit.toSeconds() + " s");
      place.pause().accept(PAUSE);
      var list = calls.make(
          reading("ticket_list", data.get(), List.of("ticket_id", "server_num", "ssh_username")));
      var row = row(list, data.get());
      var status = row.flatMap(one -> one.text("auth_status")).orElse("unknown");
      authed = status.equals("AUTHED") && row.flatMap(one -> one.text("ending")).isEmpty();
      if (authed) {
        progress("");
        say(server + ": AUTHED.");
        return list;
      }
      var look = waited.dividedBy(PAUSE) + 1;
      var why = over(row, status)
          .or(() -> look % LOOKS_BEFORE_A_TEST == 0 ? reason(data.get()) : Optional.empty());
      if (why.isPresent()) {
        progress("");
        say(server + ": " + why.get());
        return granted;
      }
    }
    progress("");
    say(
        server + " has not confirmed within " + limit.toSeconds() + " s: "
            + reason(data.get())
                .orElse(
                    "it is not known why. The grant stands and is carried out as soon as the server can be reached."));
    return granted;
  }

  private CallPlan reading(String function, Node.Members grant, List<String> names) {
    var arguments = new ArrayList<Written>();
    arguments.add(new Written("api.version", "1", false));
    names.forEach(name ->
        grant.text(name).ifPresent(value -> arguments.add(new Written(name, value, false))));
    return new CallPlan(
        function,
        FunctionList.embedded().find(function),
        arguments,
        Optional.empty(),
        false,
        options.timeout(),
        options.retries());
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
  private static Optional<String> over(Optional<Node.Members> row, String status) {
    if (row.flatMap(one -> one.text("held")).equals(Optional.of("1"))) {
      return Optional.of("the grant is held; ticket_hold_end lets it go on or ends it.");
    }
    return row.flatMap(one -> one.text("ending"))
        .map(ending -> "the access is being taken away (" + Visible.line(ending) + ").")
        .or(() -> status.equals("EXPIRED")
            ? Optional.of("the time of the grant is over.")
            : Optional.empty());
  }

  /** What the server says stands in the way, where it says so for good. */
  private Optional<String> reason(Node.Members grant) {
    var test = calls.make(reading("ticket_ssh_test", grant, List.of("ticket_id", "server_num")));
    return test.data().stream()
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
