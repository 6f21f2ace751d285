package dev.latchkey.audit;

import dev.latchkey.audit.ChainFault.Kind;
import dev.latchkey.audit.Seal.Covered;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Walks the chain of a user, a stretch at a time: each seal is held against the one before it, each entry against its seal,
 * and whatever else is among the entries against the marks and the seals after it.
 */
@Singleton
public class Verification {
  /** Of a stretch; {@link #MOST_ENTRIES} end it sooner. */
  private static final int MOST_SEALS = 200;

  private static final int MOST_ENTRIES = 900;

  /** Entries that no seal of the stretch has: of calls that were committed late, or not sealed yet. */
  private static final int MOST_LATE = 1_000;

  /** How many seals later one may be whose call was committed late. */
  private static final int AHEAD = 100;

  /** For how long functions of a release without marks may have run when the first seal was made. */
  private static final Duration OLDER_RELEASE = Duration.ofHours(1);

  private static final String END = "9~";

  private final SealTable seals;
  private final Signatures signatures;

  @Inject
  Verification(SealTable seals, Signatures signatures) {
    this.seals = seals;
    this.signatures = signatures;
  }

  /** A seal as somebody outside has noted it. */
  public record Head(long number, String hash) {}

  /**
   * How far a walk has come.
   *
   * @param number of the last seal that was looked at; 0 before the first
   * @param met whether the head from outside was one of them
   * @param signed how far they were signed; empty where none of them was
   */
  public record Place(long number, String hash, boolean met, Optional<Signed> signed) {
    public static final Place START = new Place(0, Seal.NONE, false, Optional.empty());
  }

  /**
   * How far a chain is signed.
   *
   * @param key by which key, as its signature names it
   * @param sha256 of the public key by which the signatures were verified; empty where it is not known, and nothing was
   */
  public record Signed(long number, String key, Optional<String> sha256) {}

  /**
   * What a stretch came to.
   *
   * @param reached how far everything is as it was sealed
   * @param checked how many entries are
   * @param uncovered how many entries are older than the chain, of a release that made no marks
   * @param isEnd whether the chain ends there
   * @param unsealed how many entries are not sealed yet, known at the end
   */
  public record Stretch(
      Place reached,
      int checked,
      int uncovered,
      Optional<ChainFault> fault,
      boolean isEnd,
      int unsealed) {}

  /** @param head the newest seal that is known from outside */
  public Uni<Stretch> walk(String user, Place from, Optional<Head> head) {
    // The last one that was looked at, those of this stretch, and one that says whether there are
    // more.
    var most = (from.number() > 0 ? 1 : 0) + MOST_SEALS + 1;
    return seals.from(user, Math.max(1, from.number()), most).chain(stored -> {
      if (from.number() > 0 && (stored.isEmpty() || !stored.get(0).has(from.hash()))) {
        return failed(
            from,
            ChainFault.of(
                stored.isEmpty() ? Kind.TRUNCATED : Kind.CHANGED,
                from.number(),
                "Seal %d is not the one that the answer before was about."
                    .formatted(from.number())));
      }
      var before = from.number() > 0 ? Links.read(stored.get(0)) : Optional.<Seal>empty();
      var rest = from.number() > 0 ? stored.subList(1, stored.size()) : stored;
      var links = Links.of(user, before, rest);
      var taken = taken(links.seals());
      var isWhole = taken.size() == links.seals().size();
      var isEnd = taken.size() == rest.size();
      var met = from.met()
          || head.filter(known -> taken.stream().anyMatch(seal -> isSame(seal, known)))
              .isPresent();
      var ofLinks = isWhole ? links.fault() : Optional.<ChainFault>empty();
      return Uni.combine()
          .all()
          .unis(
              entries(user, before, taken, isEnd),
              signatures.look(user, from.number() + 1, taken, isEnd))
          .with((looked, signed) -> first(
                  Stream.of(looked.fault(), forked(taken, head), ofLinks, signed.fault()))
              .map(fault -> new Stretch(
                  reached(from, taken, fault.seal(), met, signed.signed()),
                  0,
                  0,
                  Optional.of(fault),
                  false,
                  0))
              .orElseGet(() -> new Stretch(
                  reached(from, taken, Long.MAX_VALUE, met, signed.signed()),
                  taken.stream().mapToInt(seal -> seal.covered().size()).sum(),
                  looked.uncovered(),
                  truncated(from, taken, head, isEnd),
                  isEnd,
                  0)))
          .chain(stretch -> stretch.isEnd() && stretch.fault().isEmpty()
              ? seals
                  .countUnsealed(user, MOST_LATE)
                  .map(count -> new Stretch(
                      stretch.reached(),
                      stretch.checked(),
                      stretch.uncovered(),
                      Optional.empty(),
                      true,
                      count))
              : Uni.createFrom().item(stretch));
    });
  }

  private static Uni<Stretch> failed(Place from, ChainFault fault) {
    return Uni.createFrom().item(new Stretch(from, 0, 0, Optional.of(fault), false, 0));
  }

  private static List<Seal> taken(List<Seal> all) {
    var taken = new ArrayList<Seal>();
    var entries = 0;
    for (var seal : all) {
      entries += seal.covered().size();
      if (taken.size() == MOST_SEALS || !taken.isEmpty() && entries > MOST_ENTRIES) {
        break;
      }
      taken.add(seal);
    }
    return taken;
  }

  private static boolean isSame(Seal seal, Head head) {
    return seal.number() == head.number() && seal.hash().equals(head.hash());
  }

  private static Place reached(
      Place from, List<Seal> taken, long fault, boolean met, Optional<Signed> signed) {
    return taken.stream()
        .filter(seal -> seal.number() < fault)
        .reduce((one, other) -> other)
        .map(last -> new Place(
            last.number(),
            last.hash(),
            met,
            signed.filter(one -> one.number() < fault).or(from::signed)))
        .orElse(from);
  }

  private static Optional<ChainFault> forked(List<Seal> taken, Optional<Head> head) {
    return head.flatMap(known -> taken.stream()
        .filter(seal -> seal.number() == known.number() && !isSame(seal, known))
        .findFirst()
        .map(seal -> ChainFault.of(
            Kind.FORKED,
            seal.number(),
            "Seal %d is not the one whose hash you gave: the table was restored to a time before it, or the chain was written anew."
                .formatted(seal.number()))));
  }

  private static Optional<ChainFault> truncated(
      Place from, List<Seal> taken, Optional<Head> head, boolean isEnd) {
    var last = taken.isEmpty() ? from.number() : taken.get(taken.size() - 1).number();
    return head.filter(known -> isEnd && known.number() > last)
        .map(known -> ChainFault.of(
            Kind.TRUNCATED,
            last,
            "The chain ends with seal %d, and you gave the hash of seal %d: what came after it is gone, as after a restore to an earlier time."
                .formatted(last, known.number())));
  }

  private static Optional<ChainFault> first(Stream<Optional<ChainFault>> faults) {
    return faults.flatMap(Optional::stream).min(Comparator.comparingLong(ChainFault::seal));
  }

  private record Looked(Optional<ChainFault> fault, int uncovered) {}

  private Uni<Looked> entries(String user, Optional<Seal> before, List<Seal> taken, boolean isEnd) {
    if (taken.isEmpty() && (before.isEmpty() || !isEnd)) {
      return Uni.createFrom().item(new Looked(Optional.empty(), 0));
    }
    var places = new HashSet<String>();
    taken.forEach(seal -> seal.covered().forEach(entry -> places.add(entry.place())));
    return seals
        .entries(user, places)
        .map(entries -> altered(taken, entries))
        .chain(altered -> others(user, before, taken, places, isEnd)
            .map(others ->
                new Looked(first(Stream.of(altered, others.fault())), others.uncovered())));
  }

  /** What each seal has, held against what is there. */
  private static Optional<ChainFault> altered(List<Seal> taken, Map<String, EntryLine> entries) {
    for (var seal : taken) {
      for (var covered : seal.covered()) {
        var found = Optional.ofNullable(entries.get(covered.place()));
        if (found.isEmpty() || covered.hash().equals(Covered.GONE)) {
          return Optional.of(ChainFault.ofEntry(
              Kind.DELETED,
              seal.number(),
              covered.place(),
              "The entry %s of seal %d is not there%s."
                  .formatted(
                      covered.place(),
                      seal.number(),
                      covered.hash().equals(Covered.GONE)
                          ? ", and was not when it was sealed"
                          : "")));
        }
        if (!found.get().hash().equals(covered.hash())) {
          return Optional.of(ChainFault.ofEntry(
              Kind.CHANGED,
              seal.number(),
              covered.place(),
              "The entry %s is not as seal %d has it.".formatted(covered.place(), seal.number())));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * What is there beside: it has a mark, or a later seal has it, or nobody knows where it is from. An entry is in no seal
   * before the first one whose greatest place is not below it.
   */
  private Uni<Looked> others(
      String user, Optional<Seal> before, List<Seal> taken, Set<String> known, boolean isEnd) {
    var last = taken.isEmpty() ? before.orElseThrow() : taken.get(taken.size() - 1);
    var low =
        before.map(Seal::high).orElseGet(() -> taken.get(0).covered().get(0).place());
    return seals
        .entriesBetween(user, low, isEnd ? END : last.high(), known.size() + MOST_LATE)
        .chain(found -> {
          var others = new TreeSet<>(found.keySet());
          others.removeAll(known);
          return others.isEmpty()
              ? Uni.createFrom().item(new Looked(Optional.empty(), 0))
              : seals
                  .unsealed(user, others)
                  .invoke(others::removeAll)
                  .chain(() -> seals.from(user, last.number() + 1, AHEAD))
                  .map(later -> {
                    later.stream()
                        .flatMap(stored -> Links.read(stored).stream())
                        .flatMap(seal -> seal.covered().stream())
                        .forEach(entry -> others.remove(entry.place()));
                    return judge(before, taken, last, others);
                  });
        });
  }

  private static Looked judge(
      Optional<Seal> before, List<Seal> taken, Seal last, TreeSet<String> others) {
    var all = others.size();
    if (before.isEmpty()) {
      var since = "%015d".formatted(taken.get(0).at().plus(OLDER_RELEASE).toEpochMilli());
      others.removeIf(place -> place.compareTo(since) < 0);
    }
    var uncovered = all - others.size();
    if (others.isEmpty()) {
      return new Looked(Optional.empty(), uncovered);
    }
    var place = others.first();
    var seal = taken.stream()
        .filter(one -> one.high().compareTo(place) >= 0)
        .findFirst()
        .orElse(last);
    return new Looked(
        Optional.of(ChainFault.ofEntry(
            Kind.INSERTED,
            seal.number(),
            place,
            "The entry %s is in no seal, and is not waiting for one: it was inserted, or a seal that had it was taken out."
                .formatted(place))),
        uncovered);
  }
}
