package dev.latchkey.audit;

import dev.latchkey.data.CanonicalJson;
import dev.latchkey.data.Data;
import dev.latchkey.text.Sha256;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
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
      return part(user, taken, ticket, stored.size() > taken.size(), true).map(Optional::of);
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
      return part(user, taken, Optional.empty(), false, signed)
          .map(part -> new Stretch(first, taken.get(taken.size() - 1), part.lines()));
    });
  }

  private Uni<Part> part(
      String user, List<Seal> taken, Optional<Long> ticket, boolean goesOn, boolean signed) {
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
            .map(signatures -> part(user, ticket, taken, entries, signatures, goesOn)));
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
