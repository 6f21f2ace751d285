package dev.latchkey.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.audit.ChainFault.Kind;
import dev.latchkey.audit.Seal.Covered;
import dev.latchkey.audit.Verification.Head;
import dev.latchkey.audit.Verification.Place;
import dev.latchkey.audit.Verification.Stretch;
import dev.latchkey.signing.VerifyingKey;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long chains, however many seals the last stretch of them has. */
class VerificationTest {
  /** A chain of seals of one entry each, in memory. */
  private static final class Kept extends SealTable {
    private final TreeMap<String, EntryLine> entries = new TreeMap<>();
    private final TreeMap<Long, StoredSeal> seals = new TreeMap<>();
    private final TreeMap<Long, String> signed = new TreeMap<>();
    private Optional<Seal> last = Optional.empty();

    private Kept(int length) {
      super(null);
      for (var i = 1; i <= length; i++) {
        add(i);
        var covered = new Covered(place(i), entries.get(place(i)).hash());
        var seal =
            SealLine.after(last, "ann", Instant.ofEpochSecond(i), "latchkey", List.of(covered));
        seals.put((long) i, new StoredSeal(i, seal.text()));
        last = Optional.of(seal);
      }
    }

    /** An entry that no seal has, and that has no mark. */
    private void add(int second) {
      var place = place(second);
      entries.put(place, new EntryLine(place, "entry " + second, Optional.empty(), false));
    }

    private static String place(int second) {
      return "%015d#r".formatted(second * 1_000L);
    }

    @Override
    public Uni<List<StoredSeal>> from(String user, long number, int most) {
      var all = seals.tailMap(number).values().stream().limit(most).toList();
      return Uni.createFrom().item(all);
    }

    @Override
    public Uni<Map<String, EntryLine>> entries(String user, Collection<String> places) {
      return Uni.createFrom()
          .item(places.stream()
              .filter(entries::containsKey)
              .collect(Collectors.toMap(place -> place, entries::get)));
    }

    @Override
    public Uni<Map<String, EntryLine>> entriesBetween(
        String user, String after, String upTo, int most) {
      return Uni.createFrom().item(entries.subMap(after, false, upTo, true));
    }

    @Override
    public Uni<Set<String>> unsealed(String user, Collection<String> places) {
      return Uni.createFrom().item(Set.of());
    }

    @Override
    public Uni<Integer> countUnsealed(String user, int most) {
      return Uni.createFrom().item(0);
    }

    @Override
    Uni<SortedMap<Long, String>> signatures(String user, long first, long last) {
      return Uni.createFrom().item(signed.subMap(first, last + 1));
    }

    @Override
    public Uni<Optional<VerifyingKey>> key(String id) {
      return Uni.createFrom().item(Optional.empty());
    }

    private Stretch walk(Place from, Optional<Head> head) {
      return new Verification(this, new Signatures(this))
          .walk("ann", from, head)
          .await()
          .indefinitely();
    }

    /** The last stretch of a walk; each one before it has something. */
    private Stretch walkToTheEnd() {
      var reached = Place.START;
      while (true) {
        var stretch = walk(reached, Optional.empty());
        assertThat(stretch.checked()).isLessThanOrEqualTo(200);
        if (stretch.isEnd() || stretch.fault().isPresent()) {
          return stretch;
        }
        assertThat(stretch.reached().number()).isGreaterThan(reached.number());
        reached = stretch.reached();
      }
    }
  }

  private static void assertFault(Stretch stretch, Kind kind, long seal) {
    assertThat(stretch.isEnd()).isFalse();
    assertThat(stretch.fault().map(ChainFault::kind)).contains(kind);
    assertThat(stretch.fault().map(ChainFault::seal)).contains(seal);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 199, 200, 201, 202, 400, 401, 402})
  void theLastStretchHasSomething(int length) {
    var chain = new Kept(length);

    var end = chain.walkToTheEnd();

    assertThat(end.fault()).isEmpty();
    assertThat(end.reached().number()).isEqualTo(length);
    assertThat(end.checked()).isEqualTo((length - 1) % 200 + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 199, 200, 201, 202, 400, 401, 402})
  void anEntryAfterTheLastSealIsFound(int length) {
    var chain = new Kept(length);
    // Far enough from the first seal, beside which an entry may be of an earlier release.
    chain.add(length + 4_000);

    assertFault(chain.walkToTheEnd(), Kind.INSERTED, length);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 199, 200, 201, 202, 400, 401, 402})
  void aSignatureOfASealThatIsCutOffIsFound(int length) {
    var chain = new Kept(length);
    chain.signed.put(length + 1L, "{}");

    assertFault(chain.walkToTheEnd(), Kind.TRUNCATED, length);
  }

  /** Between two calls somebody cuts what comes after the first. */
  @Test
  void whereNothingIsLeftToLookAtTheEndIsLookedAt() {
    var chain = new Kept(260);
    var reached = chain.walk(Place.START, Optional.empty()).reached();
    chain.seals.tailMap(reached.number() + 1).clear();
    chain.entries.tailMap(Kept.place(201)).clear();
    assertThat(chain.walk(reached, Optional.empty()).isEnd()).isTrue();

    chain.signed.put(260L, "{}");
    assertFault(chain.walk(reached, Optional.empty()), Kind.TRUNCATED, 200);
    chain.signed.clear();
    chain.add(230);
    assertFault(chain.walk(reached, Optional.empty()), Kind.INSERTED, 200);
  }

  @Test
  void aSignatureIsLeftWhereEachSealWasTakenAway() {
    var chain = new Kept(0);
    chain.signed.put(1L, "{}");

    assertFault(chain.walkToTheEnd(), Kind.TRUNCATED, 0);
  }

  @Test
  void aHeadIsMetWhereverAStretchEnds() {
    var chain = new Kept(201);
    var head = Optional.of(new Head(201, chain.last.orElseThrow().hash()));
    var first = chain.walk(Place.START, head);

    assertThat(first.reached().met()).isFalse();
    assertThat(chain.walk(first.reached(), head).reached().met()).isTrue();
  }
}
