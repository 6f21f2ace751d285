package dev.latchkey.wire;

import dev.latchkey.access.AccessDenied;
import dev.latchkey.access.Caller;
import dev.latchkey.access.KnownToken;
import dev.latchkey.access.OverQuota;
import dev.latchkey.api.Arguments;
import dev.latchkey.api.Call;
import dev.latchkey.api.DryRun;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.audit.Occurrence.Kind;
import dev.latchkey.audit.OccurrenceTable;
import dev.latchkey.audit.OccurrenceTable.Event;
import dev.latchkey.settings.Settings;
import dev.latchkey.text.Quoted;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Notes for the audit what had no effect: refusals, denials of known credentials, and answers of functions that an operator
 * names. It costs such a call one write, no other call anything, and no answer.
 */
@Singleton
public class Noting {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.calls");
  private static final Duration MOST = Duration.ofSeconds(1);

  private final OccurrenceTable occurrences;
  private final Set<String> reads;

  @Inject
  public Noting(OccurrenceTable occurrences, Settings settings) {
    this(occurrences, Set.copyOf(settings.auditReads().orElse(List.of())));
  }

  Noting(OccurrenceTable occurrences, Set<String> reads) {
    this.occurrences = occurrences;
    this.reads = reads;
  }

  /**
   * What somebody tried who was not let in.
   *
   * @param function empty for one that does not exist
   */
  record Attempt(String function, String source, Instant at, String request) {}

  /** A call of an admitted credential that was refused; a dry run leaves nothing. */
  Uni<Void> refused(Call call, WhmFailure failure) {
    return refused(
        call.caller(),
        call.function().name(),
        call.arguments(),
        failure,
        call.at(),
        call.request());
  }

  /** @param function empty for one that does not exist */
  Uni<Void> refused(
      Caller caller,
      String function,
      Arguments arguments,
      WhmFailure failure,
      Instant at,
      String request) {
    return DryRun.isAsked(arguments)
        ? Uni.createFrom().voidItem()
        : note(event(
            Kind.REFUSAL,
            caller.credential().known(),
            function,
            function,
            caller.told(Quoted.sentence(failure.getMessage())),
            caller.source(),
            at,
            request));
  }

  /** A call that changes nothing and was answered, if such calls are to be noted. */
  Uni<Void> read(Call call) {
    var function = call.function().name();
    return reads.contains(function) && !call.function().isChanging()
        ? note(event(
            Kind.READ,
            call.caller().credential().known(),
            function,
            function,
            "",
            call.caller().source(),
            call.at(),
            call.request()))
        : Uni.createFrom().voidItem();
  }

  /** A call that was denied; of a credential that nobody knows nothing is written. */
  Uni<Void> denied(Attempt attempt, AccessDenied denied) {
    return denied
        .token()
        .map(known -> denied(attempt, known, denied.why().name(), denied.getMessage()))
        .orElseGet(() -> Uni.createFrom().voidItem());
  }

  /** A call that is one too many: the credential is good for everything else. */
  Uni<Void> overQuota(Attempt attempt, OverQuota over) {
    var cause = "QUOTA_OF_" + over.quota().owner().name();
    return denied(attempt, over.credential().known(), cause, over.getMessage());
  }

  private Uni<Void> denied(Attempt attempt, KnownToken known, String cause, String why) {
    return note(event(
        Kind.DENIAL,
        known,
        cause,
        attempt.function(),
        why,
        attempt.source(),
        attempt.at(),
        attempt.request()));
  }

  private static Event event(
      Kind kind,
      KnownToken by,
      String about,
      String function,
      String why,
      String source,
      Instant at,
      String request) {
    return new Event(
        kind, by.user(), by.id(), by.name(), about, function, why, source, at, request);
  }

  /** It never fails, and nobody waits long for it. */
  private Uni<Void> note(Event event) {
    return occurrences
        .count(event)
        .ifNoItem()
        .after(MOST)
        .fail()
        .onFailure()
        .invoke(failure ->
            LOG.warnf("%s is not in the audit: %s", event.request(), failure.getMessage()))
        .onFailure()
        .recoverWithNull();
  }
}
