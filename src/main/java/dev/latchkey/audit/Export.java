package dev.latchkey.audit;

import dev.latchkey.audit.TicketRecords.Known;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Entries with what proves that they are as they were: each seal of a stretch after its entries, the signatures, and the keys
 * that signed. Of a ticket, only the entries that say they are about it; the seals have the hashes of the others. At the end of
 * the chain come its receipts.
 */
@Singleton
public class Export {
  /** Of one file, which is some 3 MB at most; {@link #MOST_ENTRIES} end it sooner. */
  private static final int MOST_SEALS = 100;

  private static final int MOST_ENTRIES = 900;

  /** By how much the clock of one function may be behind that of another. */
  private static final Duration CLOCKS = Duration.ofMinutes(1);

  private final SealTable seals;
  private final TicketRecords tickets;

  @Inject
  Export(SealTable seals, TicketRecords tickets) {
    this.seals = seals;
    this.tickets = tickets;
  }

  /**
   * A file.
   *
   * @param lines of JSON, each with a line feed after it
   * @param entries how many it has
   * @param damaged how many entries its seals have that are not there, or not as they were sealed
   * @param next the first seal of the next file; empty at the end of the chain
   */
  public record Part(
      List<String> lines, long first, long last, int entries, int damaged, Optional<Long> next) {}

  /** @return empty where there is no such ticket */
  public Uni<Optional<Known>> ticket(long id) {
    return tickets.find(id);
  }

  /**
   * The first seal that may have an entry of this time or later: the first one whose greatest place is not before it. What
   * cannot be read is taken for such a one, so that it is never too late.
   */
  public Uni<Long> firstSince(String user, Instant since) {
    var place = "%015d".formatted(since.minus(CLOCKS).toEpochMilli());
    return seals
        .newest(user)
        .onFailure(IllegalArgumentException.class)
        .recoverWithItem(Optional.empty())
        .chain(newest -> firstNotBefore(user, place, 1, newest.map(Seal::number).orElse(1L)));
  }

  private Uni<Long> firstNotBefore(String user, String place, long low, long high) {
    if (low >= high) {
      return Uni.createFrom().item(low);
    }
    var middle = low + (high - low) / 2;
    return seals.from(user, middle, 1).chain(found -> {
      var isBefore = found.stream()
          .filter(stored -> stored.number() == middle)
          .flatMap(stored -> Links.read(stored).stream())
          .anyMatch(seal -> seal.high().compareTo(place) < 0);
      return isBefore
          ? firstNotBefore(user, place, middle + 1, high)
          : firstNotBefore(user, place, low, middle);
    });
  }

  /**
   * @param first the number of its first seal
   * @param ticket the ticket that its entries are about; empty for all
   * @return empty where there is no such seal
   */
  public Uni<Optional<Part>> of(String user, long first, Optional<Known> ticket) {
    return seals.from(user, first, MOST_SEALS + 1).chain(stored -> {
      var taken = taken(stored);
      if (taken.isEmpty()) {
        return Uni.createFrom().item(Optional.empty());
      }
      var last = taken.get(taken.size() - 1).number();
      var goesOn = stored.size() > taken.size();
      return lines(user, taken, ticket, true)
          .chain(lines -> Unis.all(lines.keys(), seals::key).map(lines::keys))
          .chain(lines -> goesOn || ticket.isEmpty()
              ? Uni.createFrom().item(lines)
              : tickets.state(ticket.get()).map(lines::ticket))
          .map(lines -> Optional.of(new Part(
              lines.ended(),
              taken.get(0).number(),
              last,
              lines.entries(),
              lines.damaged(),
              goesOn ? Optional.of(last + 1) : Optional.empty())));
    });
  }

  /**
   * The end of the next file, which is a seal.
   *
   * @param signed whether that seal is signed
   */
  public record Reach(Seal last, boolean signed) {}

  /** A file, which is called by its owner, its seals and the hash of the last of them. */
  public record Stretch(long first, Seal last, List<String> lines) {
    private static final String NAME = "audit/%s/%012d-%012d-%s.ndjson";

    /** The hash is one of all that the file is made of, and of everything before it: another file has another name. In it {@code ~} stands for {@code @}. */
    public String name() {
      return NAME.formatted(last.user().replace('@', '~'), first, last.number(), last.hash());
    }

    public byte[] bytes() {
      return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }
  }

  /** How far a file goes that begins with a seal; empty where that is not there or cannot be read. */
  public Uni<Optional<Reach>> reach(String user, long first) {
    return seals
        .from(user, first, MOST_SEALS)
        .map(Export::taken)
        .chain(taken -> taken.isEmpty()
            ? Uni.createFrom().item(Optional.empty())
            : reach(user, taken.get(taken.size() - 1)));
  }

  private Uni<Optional<Reach>> reach(String user, Seal last) {
    return seals
        .signatures(user, last.number(), last.number())
        .map(found -> Optional.of(new Reach(last, !found.isEmpty())));
  }

  /**
   * A file that is the same whenever it is made: entries and seals do not change, and only the newest seal gets a signature.
   *
   * @param signed whether it has the signature of its last seal, if there is one by now
   * @throws IllegalStateException when not all of these seals can be read
   */
  public Uni<Stretch> stretch(String user, long first, long last, boolean signed) {
    return seals.from(user, first, (int) (last - first + 1)).chain(stored -> {
      var taken = stored.stream().flatMap(one -> Links.read(one).stream()).toList();
      if (taken.size() != last - first + 1) {
        throw new IllegalStateException(
            "not all of seals %d to %d of %s can be read; audit_verify says what is wrong there"
                .formatted(first, last, user));
      }
      return lines(user, taken, Optional.empty(), signed)
          .map(lines -> new Stretch(first, taken.get(taken.size() - 1), lines.ended()));
    });
  }

  private Uni<ExportLines> lines(
      String user, List<Seal> taken, Optional<Known> ticket, boolean signed) {
    var places = taken.stream()
        .flatMap(seal -> seal.covered().stream())
        .map(Seal.Covered::place)
        .toList();
    var last = taken.get(taken.size() - 1).number();
    return seals
        .entries(user, places)
        .chain(entries -> seals
            .signatures(user, taken.get(0).number(), last)
            .map(found -> signed ? found : without(found, last))
            .map(signatures -> new ExportLines(user, ticket).chain(taken, entries, signatures)));
  }

  private static Map<Long, String> without(Map<Long, String> signatures, long number) {
    var others = new HashMap<>(signatures);
    others.remove(number);
    return others;
  }

  /** What cannot be read ends it: audit_verify says what is wrong there. */
  private static List<Seal> taken(List<StoredSeal> stored) {
    var taken = new ArrayList<Seal>();
    var entries = 0;
    for (var one : stored.subList(0, Math.min(MOST_SEALS, stored.size()))) {
      var seal = Links.read(one);
      entries += seal.map(read -> read.covered().size()).orElse(0);
      if (seal.isEmpty() || !taken.isEmpty() && entries > MOST_ENTRIES) {
        break;
      }
      taken.add(seal.get());
    }
    return taken;
  }
}
