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
    var isDoubtful =
        false; // as an earlier try may have been carried out, whatever the last one meets
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
        isDoubtful |= reply.status() != TOO_MANY;
        place.pause().accept(pause);
      } catch (CliProblem problem) {
        isDoubtful |= problem.exit() == ExitCode.NO_ANSWER && posted.wasSent();
        if (problem.exit() != ExitCode.NO_ANSWER || !isLeft(plan, tries)) {
          throw isDoubtful ? ReplyProblem.doubtful(plan, problem) : problem;
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
        .flatMap(Reply::retryAfter)
        .orElse(FIRST_PAUSE.multipliedBy(1L << Math.min(tries, 6)));
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
    try {
      var reply = posted.answer(plan.path(), fields, body.bytes(), plan.timeout());
      verbose.ifPresent(shown -> showReply(reply, shown));
      return reply;
    } catch (ReplyReader.NotHttp e) {
      throw ReplyProblem.unreadable(plan, target, e);
    }
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
    throw new ReplyProblem(plan, target, reply, answer).problem();
  }
}
