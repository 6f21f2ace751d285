package dev.latchkey.wire;

import dev.latchkey.access.AccessDenied;
import dev.latchkey.access.Caller;
import dev.latchkey.access.CountOutcome;
import dev.latchkey.access.KnownToken;
import dev.latchkey.data.Data;
import dev.latchkey.data.Format;
import dev.latchkey.settings.Release;
import dev.latchkey.store.RequestCount;
import dev.latchkey.text.Quoted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The line of JSON that the log has of each call and of each command of a batch, whatever came of it; {@code
 * docs/operate.md} lists its members. What a caller or a server has written is cut and quoted in it, and tokens are hidden.
 */
final class CallLine {
  /** It has a handler of its own, which adds nothing: CloudWatch reads only lines that are JSON as a whole. */
  private static final Logger LOG = Logger.getLogger("dev.latchkey.call");

  private final String id;
  private final String function;
  private final String source;
  private final Instant at;
  private final RequestCount requests = new RequestCount();
  private Optional<KnownToken> token = Optional.empty();
  private Optional<String> user = Optional.empty();
  private Optional<CountOutcome> count = Optional.empty();
  private Optional<String> repeated = Optional.empty();
  private Data.Hash session = Data.hash();

  /**
   * @param id the request id; a command's has its number behind it
   * @param function as it was called
   * @param source the address that the call came from
   */
  CallLine(String id, String function, String source, Instant at) {
    this.id = id;
    this.function = Quoted.of(function);
    this.source = source;
    this.at = at;
  }

  RequestCount requests() {
    return requests;
  }

  void admitted(Caller by) {
    user = Optional.of(by.user().name());
    token = Optional.of(by.credential().known());
    by.session().ifPresent(of -> session = session.with("session", of.id()));
    if (by.isPossessed()) {
      session = session.with("opener", by.opener().name());
    }
    by.door().ifPresent(named -> session = session.with("door", named));
  }

  /** Who calls with it is known, and refused. */
  void known(KnownToken by) {
    user = Optional.of(by.user());
    token = Optional.of(by);
  }

  /** How it is counted, if it is; a command of a batch is counted with the batch. */
  void counting(CountOutcome outcome) {
    count = Optional.of(outcome);
  }

  void answered(Envelope envelope, Instant now) {
    repeated = envelope.repeated();
    if (envelope.succeeded()) {
      write("done", Optional.empty(), now);
    } else {
      write("refused", Optional.of(envelope.reason()), now);
    }
  }

  void denied(AccessDenied why, Instant now) {
    why.token().ifPresent(this::known);
    write("denied", Optional.of(why.getMessage()), now);
  }

  /** A fault of ours; under its XID the log has the cause. */
  void failed(String reason, Instant now) {
    write("failed", Optional.of(reason), now);
  }

  private void write(String outcome, Optional<String> reason, Instant now) {
    var line = Data.hash()
        .with("at", at.truncatedTo(ChronoUnit.MILLIS).toString())
        .with("id", id)
        .with("function", function)
        .with("outcome", outcome)
        .with("source", source);
    if (token.isPresent()) {
      line =
          line.with("user", user.orElseThrow()).with("token", token.get().id()).with(session);
    }
    line = count.map(CountMembers::of).map(line::with).orElse(line);
    line = line.with("release", Release.NAME)
        .with("ms", Duration.between(at, now).toMillis())
        .with("requests", requests.value())
        .with("repeat", repeated.map(Data::text));
    if (reason.isPresent()) {
      line = line.with("reason", Quoted.refusal(reason.get()));
    }
    LOG.info(new String(Format.JSON.write("", line), StandardCharsets.UTF_8));
  }
}
