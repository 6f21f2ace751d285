package dev.latchkey.audit;

import dev.latchkey.audit.Seal.Covered;
import dev.latchkey.data.CanonicalJson;
import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** A seal as a line of {@link CanonicalJson}. */
final class SealLine {
  private static final int MOST_CHARACTERS = 100_000;
  private static final int MOST_NESTED = 4;

  private SealLine() {}

  /** The seal after {@code before}, or the first one where that is empty. */
  static Seal after(
      Optional<Seal> before, String user, Instant now, String table, List<Covered> covered) {
    var number = before.map(Seal::number).orElse(0L) + 1;
    var previous = before.map(Seal::hash).orElse(Seal.NONE);
    var last = covered.get(covered.size() - 1).place();
    var high = before.map(Seal::high).filter(known -> known.compareTo(last) > 0).orElse(last);
    return seal(user, number, previous, now.toEpochMilli(), table, high, covered);
  }

  private static Seal seal(
      String user,
      long number,
      String previous,
      long at,
      String table,
      String high,
      List<Covered> covered) {
    var line = Data.hash()
        .with("line", "seal")
        .with("user", user)
        .with("number", number)
        .with("previous", previous)
        .with("at", at)
        .with("table", table)
        .with("high", high)
        .with(
            "entries",
            new Data.Sequence(covered.stream()
                .<Data>map(entry -> Data.texts(List.of(entry.place(), entry.hash())))
                .toList()));
    var when = Instant.ofEpochMilli(at);
    return new Seal(user, number, previous, when, table, high, covered, CanonicalJson.write(line));
  }

  /**
   * A line has one form alone, as whoever checks an export requires.
   *
   * @throws IllegalArgumentException when it is not what {@link #after} made, letter by letter
   */
  static Seal read(String text) {
    try {
      var line = Json.read(text, MOST_CHARACTERS, MOST_NESTED);
      var covered = new ArrayList<Covered>();
      for (var entry : ((Data.Sequence) line.get("entries").orElseThrow()).items()) {
        covered.add(covered(((Data.Sequence) entry).items()));
      }
      if (covered.isEmpty()) {
        throw new IllegalArgumentException("a seal of nothing");
      }
      var seal = seal(
          text(line, "user"),
          number(line, "number"),
          text(line, "previous"),
          number(line, "at"),
          text(line, "table"),
          text(line, "high"),
          List.copyOf(covered));
      if (!seal.text().equals(text)) {
        throw new IllegalArgumentException("not in the form of a seal");
      }
      return seal;
    } catch (ClassCastException | NoSuchElementException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("not a seal", e);
    }
  }

  /** What is not the place of an entry cannot be looked for. */
  private static Covered covered(List<Data> both) {
    var place = ((Data.Text) both.get(0)).value();
    if (both.size() != 2 || !AuditTable.PLACE.matcher(place).matches()) {
      throw new IllegalArgumentException("not a place with its hash");
    }
    return new Covered(place, ((Data.Text) both.get(1)).value());
  }

  private static String text(Data.Hash line, String name) {
    return ((Data.Text) line.get(name).orElseThrow()).value();
  }

  private static long number(Data.Hash line, String name) {
    return ((Data.Number) line.get(name).orElseThrow()).value();
  }
}
