package dev.latchkey.reconcile;

import dev.latchkey.audit.Export;
import dev.latchkey.audit.Export.Reach;
import dev.latchkey.audit.StreamTable;
import dev.latchkey.audit.StreamTable.Cursor;
import dev.latchkey.audit.StreamTable.Stretch;
import dev.latchkey.audit.StreamTable.Unstreamed;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.delivery.Deadline;
import dev.latchkey.delivery.EmbeddedMetrics;
import dev.latchkey.delivery.EmbeddedMetrics.Value;
import dev.latchkey.settings.Settings;
import dev.latchkey.signing.Signer;
import dev.latchkey.store.EachAlone;
import dev.latchkey.stream.AuditStream;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Copies what was sealed since to where the table's owner cannot change it. Each stretch is begun, written and ended: the table
 * says which seals it has before it is written, and that it is there after it, so that whoever breaks off in between, the
 * next one writes the same bytes under the same name.
 */
@Singleton
class Streaming implements Upkeep {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.reconciler");

  /** Resellers, of whom there are no more. */
  private static final int MOST_USERS = 10_001;

  private static final int MOST_OF_A_PASS = 500;
  private static final int MOST_OF_A_USER = 10;
  private static final int AT_ONCE = 8;
  private static final Duration LONGEST = Duration.ofSeconds(40);

  /** For so long the newest seal waits for its signature, where there is a key that signs. */
  private static final Duration UNSIGNED = Duration.ofMinutes(5);

  private static final Duration LATE = Duration.ofMinutes(10);

  private final StreamTable table;
  private final Export export;
  private final AuditStream stream;
  private final Signer signer;
  private final Change change;
  private final Clock clock;
  private final String tableName;
  private final int most;

  @Inject
  Streaming(
      StreamTable table,
      Export export,
      AuditStream stream,
      Signer signer,
      Change change,
      Clock clock,
      Settings settings) {
    this(table, export, stream, signer, change, clock, settings, MOST_OF_A_USER);
  }

  /** @param most stretches of a user in a pass */
  Streaming(
      StreamTable table,
      Export export,
      AuditStream stream,
      Signer signer,
      Change change,
      Clock clock,
      Settings settings,
      int most) {
    this.table = table;
    this.export = export;
    this.stream = stream;
    this.signer = signer;
    this.change = change;
    this.clock = clock;
    this.tableName = settings.table();
    this.most = most;
  }

  /** What went wrong with one user stops no other. */
  @Override
  public Uni<Void> run() {
    return stream.isOn()
        ? Uni.createFrom()
            .deferred(() -> table.unstreamed(MOST_USERS))
            .chain(all -> all.orFail(this::stream))
        : Uni.createFrom().voidItem();
  }

  /** Whose oldest seal waits longest comes first. */
  private Uni<Void> stream(List<Unstreamed> all) {
    var over = Deadline.in(LONGEST);
    Set<Unstreamed> done = ConcurrentHashMap.newKeySet();
    return EachAlone.orFail(
            all.stream()
                .sorted(Comparator.comparing(Unstreamed::since))
                .limit(MOST_OF_A_PASS)
                .toList(),
            AT_ONCE,
            mark -> stretches(mark, most, over)
                .invoke(isWhole -> Stream.of(mark).filter(one -> isWhole).forEach(done::add)),
            (mark, failure) ->
                LOG.errorf(failure, "the audit of %s could not be streamed yet", mark.user()),
            "the audit could not be streamed yet")
        .onItemOrFailure()
        .invoke((item, failure) ->
            tell(all.stream().filter(mark -> !done.contains(mark)).toList()));
  }

  /** @return whether all is streamed that was sealed when the pass began */
  private Uni<Boolean> stretches(Unstreamed mark, int rest, Deadline over) {
    return rest == 0 || over.isOver()
        ? Uni.createFrom().item(false)
        : table
            .cursor(mark.user())
            .chain(cursor -> begun(mark, cursor)
                .chain(begun -> begun
                    .map(stretch -> write(mark, cursor, stretch)
                        .chain(() -> stretch.last() >= mark.number()
                            ? Uni.createFrom().item(true)
                            : stretches(mark, rest - 1, over)))
                    .orElseGet(() -> Uni.createFrom().item(false))))
            .onFailure(Changed.class)
            .recoverWithItem(false); // another pass streams it
  }

  /** What somebody began is written first, as it was begun. */
  private Uni<Optional<Stretch>> begun(Unstreamed mark, Cursor cursor) {
    return cursor.begun().isPresent()
        ? Uni.createFrom().item(cursor.begun())
        : export.reach(mark.user(), cursor.next()).chain(found -> begin(mark, cursor, found));
  }

  private Uni<Optional<Stretch>> begin(Unstreamed mark, Cursor cursor, Optional<Reach> found) {
    var reach = found.orElseThrow(() -> new IllegalStateException(
        "seal %d of %s is not there or cannot be read; audit_verify says what is wrong there"
            .formatted(cursor.next(), mark.user())));
    if (reach.last().number() >= mark.number() && isToBeSigned(reach)) {
      return Uni.createFrom().item(Optional.empty());
    }
    var stretch = new Stretch(reach.last().number(), reach.signed());
    return change
        .note(in -> table.begin(in, cursor, stretch, Changed::new))
        .replaceWith(Optional.of(stretch));
  }

  private boolean isToBeSigned(Reach reach) {
    return signer.isSet()
        && !reach.signed()
        && clock.instant().isBefore(reach.last().at().plus(UNSIGNED));
  }

  /** A stretch that is there already is not written again, but ended. */
  private Uni<Void> write(Unstreamed mark, Cursor cursor, Stretch begun) {
    return export
        .stretch(mark.user(), cursor.next(), begun.last(), begun.signed())
        .call(file -> stream.write(file.name(), file.bytes()))
        .chain(file ->
            change.note(in -> table.end(in, cursor, begun, file.last().at(), mark, Changed::new)));
  }

  /** What is late is told by the log and by a metric, which is paid for by the hours in which it is written. */
  private void tell(List<Unstreamed> left) {
    var now = clock.instant();
    left.stream()
        .map(mark -> Duration.between(mark.since(), now))
        .max(Comparator.naturalOrder())
        .filter(lag -> lag.compareTo(LATE) > 0)
        .ifPresent(lag -> {
          LOG.warnf("the stream of the audit lags %s behind; %d users wait", lag, left.size());
          var value = new Value("StreamLag", "Seconds", lag.toSeconds());
          System.out.println(EmbeddedMetrics.line(List.of(value), tableName, now));
        });
  }
}
