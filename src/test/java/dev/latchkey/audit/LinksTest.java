package dev.latchkey.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.audit.ChainFault.Kind;
import dev.latchkey.audit.Seal.Covered;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LinksTest {
  private static List<StoredSeal> chain(int length) {
    var stored = new ArrayList<StoredSeal>();
    var last = Optional.<Seal>empty();
    for (var i = 1; i <= length; i++) {
      var seal = SealLine.after(
          last,
          "ann",
          Instant.ofEpochSecond(i),
          "latchkey",
          List.of(new Covered(place(i), "0".repeat(64))));
      stored.add(new StoredSeal(i, seal.text()));
      last = Optional.of(seal);
    }
    return stored;
  }

  private static String place(int i) {
    return "%015d#r".formatted(i);
  }

  private static ChainFault fault(List<StoredSeal> stored) {
    return Links.of("ann", Optional.empty(), stored).fault().orElseThrow();
  }

  @Test
  void aChainAsItWasWrittenHasNoFault() {
    var links = Links.of("ann", Optional.empty(), chain(5));
    assertThat(links.fault()).isEmpty();
    assertThat(links.seals()).hasSize(5);
    assertThat(links.seals().get(4).previous()).isEqualTo(links.seals().get(3).hash());
  }

  @Test
  void whateverByteOfASealIsAnotherOneItIsThatSealOrItsNeighbor() {
    var whole = chain(4);
    for (var i = 0; i < 4; i++) {
      var text = whole.get(i).text();
      for (var at = 0; at < text.length(); at++) {
        var letter = (char) (text.charAt(at) ^ 1);
        var changed = new ArrayList<>(whole);
        changed.set(
            i, new StoredSeal(i + 1, text.substring(0, at) + letter + text.substring(at + 1)));
        var found = Links.of("ann", Optional.empty(), changed);
        // The last one is vouched for by nobody but a head.
        if (i < 3 || found.fault().isPresent()) {
          var where = found.fault().orElseThrow();
          assertThat(where.seal()).as(i + 1 + " at " + at).isIn((long) i, i + 1L);
          assertThat(where.kind()).isIn(Kind.CHANGED, Kind.REORDERED);
        }
        if (i < 2) {
          assertThat(found.fault().orElseThrow().seal()).isEqualTo(i + 1L);
        }
      }
    }
  }

  /** The newest one, which no other vouches for: the script of an auditor takes the one form alone. */
  @Test
  void aSealInAnotherFormIsChanged() {
    var text = chain(1).get(0).text();
    var others = List.of(
        text + " ",
        text.replace(",\"entries", ", \"entries"),
        text.replace("\"at\":1000,", "").replace("}", ",\"at\":1000}"),
        text.replace("\"line\":\"seal\"", "\"line\":\"head\""),
        text.replace("\"number\":1", "\"number\":true"),
        text.replace("\"number\":1", "\"number\":1,\"number\":1"),
        text.replace("\"number\":1", "\"more\":1,\"number\":1"),
        text.replace("\"]]", "\",\"\"]]"));
    for (var other : others) {
      assertThat(other).isNotEqualTo(text);
      var links = Links.of("ann", Optional.empty(), List.of(new StoredSeal(1, other)));
      assertThat(links.fault().map(ChainFault::kind)).as(other).contains(Kind.CHANGED);
    }
  }

  @Test
  void aMissingOneAndTwoThatChangedPlacesAreNamed() {
    var deleted = new ArrayList<>(chain(5));
    deleted.remove(2);
    assertThat(fault(deleted).kind()).isEqualTo(Kind.DELETED);
    assertThat(fault(deleted).seal()).isEqualTo(3);

    var moved = new ArrayList<>(chain(5));
    moved.set(1, new StoredSeal(2, chain(5).get(2).text()));
    moved.set(2, new StoredSeal(3, chain(5).get(1).text()));
    assertThat(fault(moved).kind()).isEqualTo(Kind.REORDERED);
    assertThat(fault(moved).seal()).isEqualTo(2);
  }

  /** None of them can be looked for. */
  @Test
  void aSealOfNothingOrOfWhatIsNotAPlaceCannotBeRead() {
    var seal = chain(1).get(0).text();
    var pair = "[\"" + place(1) + "\",\"" + "0".repeat(64) + "\"]";
    assertThat(seal).contains(pair);
    for (var other : List.of(
        "",
        "[\"\",\"\"]",
        "[\"" + place(1) + "\"]",
        "[\"" + place(1) + "x".repeat(300) + "\",\"\"]",
        pair.replace("]", ",\"\"]"))) {
      var fault = fault(List.of(new StoredSeal(1, seal.replace(pair, other))));
      assertThat(fault.kind()).as(other).isEqualTo(Kind.CHANGED);
      assertThat(fault.sentence()).as(other).contains("cannot be read");
    }
  }

  @Test
  void theGreatestPlaceIsThatOfAllBefore() {
    var first = SealLine.after(
        Optional.empty(), "ann", Instant.EPOCH, "t", List.of(new Covered(place(5), "")));
    var late = SealLine.after(
        Optional.of(first), "ann", Instant.EPOCH, "t", List.of(new Covered(place(3), "")));
    assertThat(late.high()).isEqualTo(place(5));
    assertThat(SealLine.read(late.text())).isEqualTo(late);
  }
}
