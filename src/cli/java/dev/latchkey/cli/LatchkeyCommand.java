package dev.latchkey.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** One run of the command. */
final class LatchkeyCommand {
  private static final String WATCH = "watch";

  private final Workplace place;

  LatchkeyCommand(Workplace place) {
    this.place = place;
  }

  /** @return the exit code */
  int run(List<String> words) {
    try {
      return understood(words).number();
    } catch (CliProblem problem) {
      return end(problem).number();
    } catch (UncheckedIOException | IOException e) {
      return isBrokenPipe(e) ? ExitCode.BROKEN_PIPE : unwritten(e).number();
    } catch (RuntimeException e) {
      return end(CliProblem.ofThisCommand(e)).number();
    }
  }

  private ExitCode understood(List<String> words) throws IOException {
    if (!words.isEmpty() && words.get(0).equals(Completion.VERB)) {
      return new Completion(place).run(words.subList(1, words.size()));
    }
    if (words.equals(List.of(ManualPage.VERB))) {
      return shown(ManualPage.of(place));
    }
    var options = OptionGrammar.read(words);
    if (options.version()) {
      return shown(place.name() + " " + CliVersion.TEXT + "\n");
    }
    if (options.help()) {
      return help(options);
    }
    if (options.first().isEmpty()) {
      throw CliProblem.usage("A function is missing; see " + place.name() + " --help.");
    }
    if (place.isWhmapi1()) {
      return call(options);
    }
    return switch (options.first().get()) {
      case "help" -> help(options.withoutFirst());
      case "profile" -> shown(new ProfileVerb(place).run(options.rest()));
      case "completion" -> shown(CompletionScript.of(options.rest()));
      case WATCH -> watch(options.withoutFirst());
      default -> call(options);
    };
  }

  /** Of a function, or of everything. */
  private ExitCode help(CliOptions options) throws IOException {
    var function = options.words().stream().filter(word -> !word.contains("=")).findFirst();
    shown(function.map(name -> HelpText.of(name, place)).orElseGet(() -> HelpText.general(place)));
    return ExitCode.DONE;
  }

  private ExitCode call(CliOptions options) throws IOException {
    var format = OutputFormat.of(options, place);
    var written = WrittenReader.read(options.rest(), place);
    var target = CallTarget.of(options, place);
    var plan = CallPlan.of(keyed(options), written, target.server());
    refuseOtherUser(options, target);
    warn(plan, options.rest());
    return answered(
        new RemoteCalls(target, place, options.verbose()).make(plan), plan, options, format);
  }

  private ExitCode watch(CliOptions options) throws IOException {
    if (!options.first().equals(Optional.of(WatchedGrant.FUNCTION))) {
      throw CliProblem.usage(
          "What can be watched is ticket_grant: latchkey watch ticket_grant ticket_id=… server_num=… secure_id=@FILE");
    }
    var format = OutputFormat.of(options, place);
    var written = WrittenReader.read(options.rest(), place);
    var target = CallTarget.of(options, place);
    refuseOtherUser(options, target);
    refuseDryRun(written);
    if (format == OutputFormat.XML) {
      throw CliProblem.usage(
          "--output: watch reads the answer to the grant, which it cannot as xml; use one of the other formats.");
    }
    var plan = CallPlan.of(keyed(repeatable(options, written)), written, target.server());
    warn(plan, options.rest());
    var calls = new RemoteCalls(target, place, options.verbose());
    var watched = new WatchedGrant(calls, place, options);
    var answer = watched.watch(plan);
    var exit = answered(answer, plan, options, format);
    if (watched.problem().isPresent()) {
      throw watched.problem().get();
    }
    return exit == ExitCode.DONE && !watched.isAuthed() ? ExitCode.REFUSED : exit;
  }

  private static void refuseDryRun(List<Written> written) {
    if (written.stream()
        .anyMatch(one -> one.name().equals("api.dry_run") && !one.value().equals("0"))) {
      throw CliProblem.usage(
          "api.dry_run: after a dry run there is nothing to watch; leave “watch” out.");
    }
  }

  /** With a key of its own, unless the call names one. */
  private static CliOptions repeatable(CliOptions options, List<Written> written) {
    return options.idempotencyKey().isPresent()
            || written.stream().anyMatch(one -> one.name().equals(CallPlan.KEY))
        ? options
        : options.withIdempotencyKey("new");
  }

  private static CliOptions keyed(CliOptions options) {
    return options.idempotencyKey().filter("new"::equals).isPresent()
        ? options.withIdempotencyKey(UUID.randomUUID().toString())
        : options;
  }

  /** WHM's root may look at another user's tokens by it; here a token is its user's alone. */
  private static void refuseOtherUser(CliOptions options, CallTarget target) {
    options.user().filter(user -> !user.equals(target.login().user())).ifPresent(user -> {
      var other = Visible.line(user);
      throw CliProblem.usage("--user: the token is " + target.login().user()
          + "'s and shows nothing of " + other + "'s; use a token of " + other + "'s"
          + (target.login().user().equals("root")
              ? ", or a link that opens his page: create_user_session user=" + other
                  + " service=whostmgrd app=api_tokens."
              : "."));
    });
  }

  private void warn(CallPlan plan, List<String> words) throws IOException {
    var unknown = ParameterCheck.of(plan, place.isWhmapi1());
    if (unknown.isPresent()) {
      say(unknown.get());
    }
    warnOfSecrets(plan, words);
  }

  /** Everybody on this machine can read a command line, and the shell's history keeps it. */
  private void warnOfSecrets(CallPlan plan, List<String> words) throws IOException {
    if (place.isWhmapi1() || plan.declaration().isEmpty()) {
      return;
    }
    for (var parameter : plan.declaration().get().parameters()) {
      if (parameter.secret()
          && words.stream()
              .anyMatch(word -> word.startsWith(parameter.name() + "=")
                  && !word.startsWith(parameter.name() + "=@"))) {
        say(parameter.name() + onTheCommandLine(parameter.name()));
      }
    }
    if (words.stream()
        .map(word -> word.split("=", 2))
        .anyMatch(
            pair -> BatchCommand.isNamed(pair[0]) && BatchCommand.of(pair[1]).hasSecret())) {
      say("A secret inside of command" + onTheCommandLine("command"));
    }
  }

  private static String onTheCommandLine(String parameter) {
    return " stands on the command line, which others of this machine can read; " + parameter
        + "=@FILE reads it from a file.";
  }

  private ExitCode answered(
      RemoteAnswer answer, CallPlan plan, CliOptions options, OutputFormat format)
      throws IOException {
    shown(format.text(answer, options.columns(), place.terminal()));
    for (var warning : answer.warnings()) {
      say(Visible.line(warning));
    }
    if (answer.done()) {
      return ExitCode.DONE;
    }
    say(plan.function() + ": " + Visible.line(answer.reason()));
    sayWhatMayBeMeant(plan);
    sayId(answer.reply().requestId());
    return ExitCode.REFUSED;
  }

  /** A newer server may have a function that is not known here, so that it is called before it is taken for a mistake. */
  private void sayWhatMayBeMeant(CallPlan plan) throws IOException {
    if (plan.declaration().isEmpty()) {
      var like = Likeness.of(
          plan.function(), FunctionList.embedded().all().stream().map(OneFunction::name));
      if (like.isPresent()) {
        say("Did you mean " + like.get() + "?");
      }
    }
  }

  private ExitCode shown(String text) throws IOException {
    place.out().write(text.getBytes(StandardCharsets.UTF_8));
    place.out().flush();
    return ExitCode.DONE;
  }

  private void say(String sentence) throws IOException {
    place.err().write((place.name() + ": " + sentence + "\n").getBytes(StandardCharsets.UTF_8));
    place.err().flush();
  }

  private void sayId(Optional<String> id) throws IOException {
    say(id.map(value -> "request id: " + value).orElse("The answer has no request id."));
  }

  private ExitCode end(CliProblem problem) {
    try {
      say(problem.getMessage());
      if (problem.isAnswered()) {
        sayId(problem.requestId());
      }
    } catch (IOException e) {
      // Nobody reads it; the exit code says what can be said.
    }
    return problem.exit();
  }

  private static boolean isBrokenPipe(Exception e) {
    var message = String.valueOf(e.getMessage());
    return message.contains("Broken pipe");
  }

  private ExitCode unwritten(Exception e) {
    var cause =
        e instanceof UncheckedIOException unchecked ? unchecked.getCause() : (IOException) e;
    return end(CliProblem.noAnswer(
        "The answer came and cannot be written: " + PrivateFile.why(cause) + "."));
  }
}
