package dev.latchkey.local.ssm;

import java.time.Instant;
import java.util.Optional;

/** How far a command came on a node, at one moment. */
record Progress(
    Status status,
    int responseCode,
    String out,
    String err,
    Optional<Instant> begun,
    Optional<Instant> ended) {

  static final Progress START = new Progress(
      Status.PENDING, ScriptResult.NOT_RUN, "", "", Optional.empty(), Optional.empty());

  Progress begun(Instant now) {
    return new Progress(Status.IN_PROGRESS, responseCode, out, err, Optional.of(now), ended);
  }

  Progress with(Status next) {
    return new Progress(next, responseCode, out, err, begun, ended);
  }

  Progress ended(ScriptResult result, Instant now) {
    return new Progress(
        result.status(), result.exitCode(), result.out(), result.err(), begun, Optional.of(now));
  }
}
