package dev.latchkey.reconcile;

import dev.latchkey.delivery.Convergence.Delivered;
import dev.latchkey.delivery.Explanation;
import dev.latchkey.server.Observation;
import dev.latchkey.server.Revocation;
import dev.latchkey.text.Quoted;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What one look at a server found; what an operator must know of it is in the log.
 *
 * @param confirmed whether the server has carried out its wanted state
 * @param oldestEnd for how many seconds the end of a grant or of a revoked key has been waiting for its proof; 0 where none does
 * @param drift how many keys of ours somebody else had altered, taken away or copied
 * @param sweepStopped whether the server's own sweep stands still, which ends access when nobody can reach it
 * @param failed whether nothing could be found out; the log has why
 */
public record Look(
    String server,
    boolean confirmed,
    long oldestEnd,
    int drift,
    boolean sweepStopped,
    boolean failed) {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");

  static Look failed(String server, Throwable failure) {
    LOG.errorf(failure, "%s could not be looked at; it stays due", Quoted.of(server));
    return new Look(server, false, 0, 0, false, true);
  }

  static Look of(Delivered delivered, Instant now) {
    var server = delivered.state().server();
    var drift = delivered.outcome().statement().map(Observation::unmanaged).orElseGet(List::of);
    drift.forEach(found -> LOG.warnf(
        "%s: %s %s of %s in %s",
        server.name(), found.what(), found.fingerprint(), found.user(), found.file()));
    var ends = delivered.state().ending().stream()
        .map(grant -> grant.end().orElseThrow().at());
    var revoked = delivered.state().revocations().unproven().stream().map(Revocation::at);
    var oldestEnd = Stream.concat(ends, revoked)
        .mapToLong(since -> Duration.between(since, now).toSeconds())
        .max()
        .orElse(0);
    var sweep = delivered.outcome().statement().flatMap(Observation::sweepProblem);
    sweep.ifPresent(problem -> LOG.warnf("%s: %s", server.name(), Quoted.sentence(problem)));
    if (!server.isConfirmed()) {
      LOG.warnf(
          "%s has not confirmed generation %d after %d orders (%s); the oldest end is open for %d s",
          server.name(),
          server.generation(),
          server.attempts(),
          Explanation.of(server.name(), delivered.outcome()),
          oldestEnd);
    }
    return new Look(
        server.name().value(),
        server.isConfirmed(),
        oldestEnd,
        drift.size(),
        sweep.isPresent(),
        false);
  }
}
