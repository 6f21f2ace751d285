package dev.latchkey.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Makes calls, and makes again those that may be made again. */
final class RemoteCalls {
  private static final int OK = 200;
  private static final int TOO_MANY = 429;
  private static final int FAULT = 500;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  /** Whoever is told to wait longer decides himself. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private final CallTarget target;
  private final Workplace place;
  private final Optional<Redacted> verbose;

  RemoteCalls(CallTarget target, Workplace place, boolean verbose) {
    this.target = target;
    this.place = place;
    this.verbose = verbose
        ? Optional.of(new Redacted(FunctionList.embedded(), target.login()))
        : Optional.empty();
  }

  CallTarget target() {
    return target;
  }

  /** @throws CliProblem if there is no answer of WHM API 1, after all retries */
  RemoteAnswer make(CallPlan plan) {
    for (var tries = 0; ; tries++) {
      var posted = new PostedCall(target, WebProxy.before(target.place(), place));
      try {
        var reply = post(plan, posted);
        var pause = pause(tries, Optional.of(reply));
        if (!isPassing(reply.status())
            || !isLeft(plan, tries)
            || pause.compareTo(LONGEST_PAUSE) > 0) {
          return read(plan, reply);
        }
        place.pause().accept(pause);
      } catch (CliProblem problem) {
        if (problem.exit() != ExitCode.NO_ANSWER || !isLeft(plan, tries)) {
          throw problem.exit() == ExitCode.NO_ANSWER && posted.wasSent()
              ? doubtful(plan, problem)
              : problem;
        }
        place.pause().accept(pause(tries, Optional.empty()));
      }
    }
  }

  private static boolean isLeft(CallPlan plan, int tries) {
    return plan.mayBeRepeated() && tries < plan.retries();
  }

  /** What may be otherwise a moment later. */
  private static boolean isPassing(int status) {
    return status == TOO_MANY || status >= FAULT;
  }

  private static Duration pause(int tries, Optional<Reply> reply) {
    return reply
        .flatMap(answer -> answer.field("retry-after"))
        .flatMap(RemoteCalls::retryAfter)
        .orElse(FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 6)));
  }

  /** Seconds, or a date (RFC 9110 section 10.2.3). */
  private static Optional<Duration> retryAfter(String written) {
    if (written.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(written)));
    }
    return HttpDate.seconds(written)
        .map(at -> Duration.ofSeconds(Math.max(0, at - System.currentTimeMillis() / 1000)));
  }

  private Reply post(CallPlan plan, PostedCall posted) {
    var body = CallBody.of(plan.arguments());
    var fields = new LinkedHashMap<String, String>();
    fields.put("Authorization", target.login().header());
    fields.put("User-Agent", "latchkey/" + CliVersion.TEXT);
    fields.put("Accept", plan.xml() ? "text/xml" : "application/json");
    fields.put("Content-Type", body.type());
    plan.idempotencyKey().ifPresent(key -> fields.put("Idempotency-Key", key));
    verbose.ifPresent(shown -> showRequest(plan, fields, shown));
    var reply = posted.answer(plan.path(), fields, body.bytes(), plan.timeout());
    verbose.ifPresent(shown -> showReply(reply, shown));
    return reply;
  }

  private void showRequest(CallPlan plan, Map<String, String> fields, Redacted shown) {
    say("> POST " + target.place().url() + plan.path());
    fields.forEach((name, value) -> say("> " + name + ": " + shown.field(name, value)));
    say("> " + shown.arguments(plan.arguments(), plan.declaration().isPresent()));
  }

  private void showReply(Reply reply, Redacted shown) {
    say("< HTTP " + reply.status());
    reply
        .fields()
        .forEach((name, value) -> say("< " + Visible.line(name) + ": " + shown.field(name, value)));
    say("< " + shown.body(reply.body()));
  }

  private void say(String line) {
    try {
      place.err().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      place.err().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RemoteAnswer read(CallPlan plan, Reply reply) {
    var answer = plan.xml() ? RemoteAnswer.ofXml(reply) : RemoteAnswer.ofJson(reply);
    if (reply.status() == OK && answer.isPresent()) {
      return answer.get();
    }
    var reason = answer
        .map(RemoteAnswer::reason)
        .filter(text -> !text.isEmpty())
        .map(text -> ": " + Visible.line(text))
        .orElse("");
    throw problem(plan, reply, reason);
  }

  private CliProblem problem(CallPlan plan, Reply reply, String reason) {
    var server = target.place().authority();
    var status = " (HTTP " + reply.status() + ")";
    var id = reply.requestId();
    return switch (reply.status()) {
      case OK ->
        doubtful(
            plan,
            CliProblem.answered(
                ExitCode.FAULT,
                server + " answered something else than WHM API 1; is the address right?",
                id));
      case 401, 403 ->
        CliProblem.answered(
            ExitCode.CREDENTIAL,
            server + " does not accept the token of " + target.login().user()
                + ending(reason, status),
            id);
      case TOO_MANY ->
        CliProblem.answered(
            ExitCode.FAULT,
            server + " takes no more calls at this moment" + ending(reason, status) + wait(reply),
            id);
      default -> {
        if (reply.status() >= FAULT) {
          yield doubtful(
              plan,
              CliProblem.answered(
                  ExitCode.FAULT,
                  server + " has a fault" + ending(reason, status) + wait(reply),
                  id));
        }
        yield CliProblem.answered(
            ExitCode.FAULT,
            reply.status() / 100 == 3
                ? server + " points to another address" + status
                    + ", and the token is not sent there; is the address right?"
                : server + " does not understand the call" + ending(reason, status),
            id);
      }
    };
  }

  private static String ending(String reason, String status) {
    return reason.endsWith(".")
        ? reason.substring(0, reason.length() - 1) + status + "."
        : reason + status + ".";
  }

  private static String wait(Reply reply) {
    return reply
        .field("retry-after")
        .flatMap(RemoteCalls::retryAfter)
        .map(pause -> " It asks to wait " + pause.toSeconds() + " s.")
        .orElse("");
  }

  /** Nobody shall take it for not done. */
  private static CliProblem doubtful(CallPlan plan, CliProblem problem) {
    if (!plan.mayHaveChanged()) {
      return problem;
    }
    return problem.and("It is not known whether " + plan.function() + " was done; "
        + plan.idempotencyKey()
            .map(key -> "call it again with --idempotency-key=" + key + ", and it is done once.")
            .orElse("look before you call it again."));
  }
}
