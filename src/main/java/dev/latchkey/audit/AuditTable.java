package dev.latchkey.audit;

import dev.latchkey.audit.AuditEntry.Several;
import dev.latchkey.audit.Occurrence.Kind;
import dev.latchkey.store.DamagedItem;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.Serial;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** How audit entries lie in the table: {@code A#user / time#request}. A change and its entry are one transaction. */
@Singleton
public class AuditTable {
  /** Milliseconds since 1970 in 15 digits: keys sort by time until the year 33658. */
  private static final String TIME = "%015d";

  static final Pattern PLACE = Pattern.compile("[0-9]{15}#[!-~]{1,200}");

  /** How the key of an entry of several calls goes on after its time. */
  private static final String SEVERAL = "several-";

  /** A batch has 50 commands, each of which may change several things. */
  private static final int MOST_OF_A_CALL = 500;

  private static final int MOST_OF_AN_HOUR = 500;
  private static final Logger LOG = Logger.getLogger("dev.latchkey.table");

  private final Store store;
  private final OccurrenceTable occurrences;

  @Inject
  public AuditTable(Store store, OccurrenceTable occurrences) {
    this.store = store;
    this.occurrences = occurrences;
  }

  /**
   * Adds an entry to the transaction of its change, and the mark by which it is found to be sealed. It comes after the other
   * writes, as it says which tickets they are about.
   */
  public void add(Transaction in, AuditEntry entry) {
    in.putNew(
        item(entry, in.about()),
        () -> new IllegalStateException("two changes have the request id " + entry.request()));
    SealTable.mark(in, entry.user(), key(entry).sk());
  }

  /** Whether an entry, and with it its change, was written. */
  public Uni<Boolean> has(AuditEntry entry) {
    return store.get(key(entry)).map(Optional::isPresent);
  }

  /**
   * Some entries of a user, newest first.
   *
   * @param next the place of the last of them, after which the older ones go on; empty where there are none
   */
  public record Page(List<AuditEntry> entries, Optional<String> next) {}

  /** Which way a place is wrong. */
  public static final class WrongPlace extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    WrongPlace(String sentence) {
      super(sentence, null, false, false);
    }
  }

  /**
   * The entries from {@code since} to before {@code until}, newest first. Entries of one millisecond are told apart, so that
   * pages lose none of them and repeat none.
   *
   * @param after {@code next} of the page before; empty for the first
   * @param limit how many at most
   * @throws WrongPlace when there never was such a page
   */
  public Uni<Page> newestFirst(
      String user, Instant since, Instant until, Optional<String> after, int limit) {
    after.ifPresent(place -> check(place, since, until));
    var last = after.orElse(time(until));
    var query = Query.newestFirst(
        AuditItem.PARTITION + user, time(since), last, limit + (after.isPresent() ? 2 : 1));
    return store.query(query).map(items -> {
      if (after.isPresent() && (items.isEmpty() || !items.get(0).getText("sk").equals(last))) {
        throw new WrongPlace("is not the “next” of an answer of yours.");
      }
      var older = after.isPresent() ? items.subList(1, items.size()) : items;
      var shown = older.subList(0, Math.min(limit, older.size()));
      return new Page(
          shown.stream().map(item -> entry(user, item)).toList(),
          older.size() > limit
              ? Optional.of(shown.get(limit - 1).getText("sk"))
              : Optional.empty());
    });
  }

  /**
   * What there is of one call: its changes, and what it was counted in. Three reads at the same time, none of which reads
   * what other calls have written, but for those without an effect of the same user and hour, {@value #MOST_OF_AN_HOUR} at most.
   *
   * @param arrived when it arrived, as its id says
   */
  public Uni<List<AuditEntry>> ofCall(String user, String request, Instant arrived) {
    var own = time(arrived) + "#" + request;
    var hour = time(Occurrence.hourOf(arrived).plus(Duration.ofHours(1))) + "#" + SEVERAL;
    return Uni.combine()
        .all()
        .unis(
            query(user, own, MOST_OF_A_CALL),
            query(user, hour, MOST_OF_AN_HOUR),
            occurrences.of(user, arrived, MOST_OF_AN_HOUR))
        .with((changes, counted, counting) -> Stream.of(
                changes.stream().filter(entry -> RequestTime.isOf(entry.request(), request)),
                // What cannot be read may be of it.
                counted.stream().filter(entry -> !entry.readable() || hasCall(entry, request)),
                counting.stream()
                    .map(occurrence -> entry(occurrence, ""))
                    .filter(entry -> hasCall(entry, request)))
            .flatMap(entries -> entries)
            .toList());
  }

  private Uni<List<AuditEntry>> query(String user, String prefix, int most) {
    return store
        .query(Query.of(AuditItem.PARTITION + user, prefix).limit(most))
        .map(items -> items.stream().map(item -> entry(user, item)).toList());
  }

  private static boolean hasCall(AuditEntry entry, String request) {
    return entry
        .several()
        .filter(
            several -> several.requests().stream().anyMatch(id -> RequestTime.isOf(id, request)))
        .isPresent();
  }

  /**
   * The entry of calls without an effect, at the end of their hour.
   *
   * @param unique what tells it from others of that hour
   */
  public static AuditEntry entry(Occurrence of, String unique) {
    return new AuditEntry(
        of.user(),
        of.tokenName(),
        of.tokenId(),
        of.function(),
        of.sentence(),
        of.source(),
        of.end(),
        SEVERAL + unique,
        Optional.of(new Several(of.kind(), of.calls(), of.requests())));
  }

  private static void check(String place, Instant since, Instant until) {
    if (!PLACE.matcher(place).matches()) {
      throw new WrongPlace("is not what an answer has as “next”; give it as it is.");
    }
    if (place.compareTo(time(since)) < 0 || place.compareTo(time(until)) >= 0) {
      throw new WrongPlace(
          "is not between “since” and “until”; give those of the call that answered it.");
    }
  }

  /** One that is not as it was written is shown as such, and hides no other. */
  private static AuditEntry entry(String user, Item item) {
    try {
      return item.as(sound -> read(user, sound));
    } catch (DamagedItem damaged) {
      LOG.error(damaged.getMessage(), damaged.getCause());
      var place = item.key().sk();
      return AuditEntry.unreadable(user, timeOf(place), place.substring(place.indexOf('#') + 1));
    }
  }

  private static Instant timeOf(String place) {
    return PLACE.matcher(place).matches()
        ? Instant.ofEpochMilli(Long.parseLong(place.substring(0, place.indexOf('#'))))
        : Instant.EPOCH;
  }

  private static AuditEntry read(String user, Item item) {
    return new AuditEntry(
        user,
        item.getText("credential"),
        item.findText("credential_id").orElse(""),
        item.getText("function_name"),
        item.getText("what"),
        item.getText("source_ip"),
        Instant.ofEpochMilli(item.getNumber("at")),
        item.getText("request_id"),
        item.findText("kind")
            .map(kind -> new Several(
                Kind.valueOf(kind),
                item.getNumber("calls"),
                List.of(item.getText("requests").split(" ")))));
  }

  private static Item item(AuditEntry entry, List<String> tickets) {
    var item = Item.at(key(entry))
        .with("credential", entry.credential())
        .with("credential_id", entry.credentialId())
        .with("function_name", entry.function())
        .with("what", entry.what())
        .with("source_ip", entry.source())
        .with("at", entry.at().toEpochMilli())
        .with("request_id", entry.request());
    return entry
        .several()
        .map(several -> item.with("kind", several.kind().name())
            .with("calls", several.calls())
            .with("requests", String.join(" ", several.requests())))
        .orElseGet(() -> item.with(AuditItem.TICKETS, String.join(" ", tickets)));
  }

  private static Key key(AuditEntry entry) {
    return new Key(AuditItem.PARTITION + entry.user(), time(entry.at()) + "#" + entry.request());
  }

  /** How the place of an entry begins. */
  static String time(Instant instant) {
    return TIME.formatted(instant.toEpochMilli());
  }
}
