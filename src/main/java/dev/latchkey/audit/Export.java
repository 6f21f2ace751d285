package dev.latchkey.audit;

import dev.latchkey.data.CanonicalJson;
import dev.latchkey.data.Data;
import dev.latchkey.text.Sha256;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Entries with what proves that they are as they were: each seal of a stretch after its entries, and the signatures. Of a
 * ticket, only the entries that name it; the seals have the hashes of the others.
 */
@Singleton
public class Export {
  /** Of one file, which is some 3 MB at most; {@link #MOST_ENTRIES} end it sooner. */
  private static final int MOST_SEALS = 100;

  private static final int MOST_ENTRIES = 900;

  private final SealTable seals;

  @Inject
  Export(SealTable seals) {
    this.seals = seals;
  }

  /**
   * A file.
   *
   * @param lines of JSON, each with a line feed after it
   * @param entries how many it has
   * @param next the first seal of the next file; empty at the end of the chain
   */
  public record Part(List<String> lines, long last, int entries, Optional<Long> next) {}

  /**
   * @param first the number of its first seal
   * @param ticket the ticket that its entries are about; empty for all
   * @return empty where there is no such seal
   */
  public Uni<Optional<Part>> of(String user, long first, Optional<Long> ticket) {
    return seals.from(user, first, MOST_SEALS + 1).chain(stored -> {
      var taken = taken(stored);
      if (taken.isEmpty()) {
        return Uni.createFrom().item(Optional.empty());
      }
      var places = taken.stream()
          .flatMap(seal -> seal.covered().stream())
          .map(Seal.Covered::place)
          .toList();
      var last = taken.get(taken.size() - 1).number();
      return seals
          .entries(user, places)
          .chain(entries -> seals
              .signatures(user, first, last)
              .map(signatures -> Optional.of(
                  part(user, ticket, taken, entries, signatures, stored.size() > taken.size()))));
    });
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

  private static Part part(
      String user,
      Optional<Long> ticket,
      List<Seal> taken,
      Map<String, EntryLine> entries,
      Map<Long, String> signatures,
      boolean goesOn) {
    var last = taken.get(taken.size() - 1).number();
    var about = ticket.map(id -> Pattern.compile("\\b" + id + "\\b"));
    var lines = new ArrayList<String>();
    lines.add(CanonicalJson.write(Data.hash()
        .with("line", "export")
        .with("user", user)
        .with("first", taken.get(0).number())
        .with("last", last)
        .with("ticket", ticket.map(Data::number))));
    var count = 0;
    for (var seal : taken) {
      for (var covered : seal.covered()) {
        var entry = Optional.ofNullable(entries.get(covered.place()))
            .filter(one -> about.map(id -> id.matcher(one.text()).find()).orElse(true));
        entry.ifPresent(one -> lines.add(one.text()));
        count += entry.isPresent() ? 1 : 0;
      }
      lines.add(seal.text());
      Optional.ofNullable(signatures.get(seal.number())).ifPresent(lines::add);
    }
    var before = String.join("\n", lines) + "\n";
    lines.add(
        CanonicalJson.write(Data.hash().with("line", "end").with("sha256", Sha256.hex(before))));
    return new Part(
        List.copyOf(lines), last, count, goesOn ? Optional.of(last + 1) : Optional.empty());
  }
}
