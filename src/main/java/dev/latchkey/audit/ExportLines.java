package dev.latchkey.audit;

import dev.latchkey.audit.TicketRecords.Known;
import dev.latchkey.audit.TicketRecords.State;
import dev.latchkey.data.CanonicalJson;
import dev.latchkey.data.Data;
import dev.latchkey.signing.VerifyingKey;
import dev.latchkey.text.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The lines of one file as they are put together, in their order. */
final class ExportLines {
  private final String user;
  private final Optional<Known> ticket;
  private final List<String> lines = new ArrayList<>();
  private final LinkedHashSet<String> keys = new LinkedHashSet<>();

  /** Places whose entry is not there, or not as it was sealed: nobody knows what it was about. */
  private final LinkedHashSet<String> damaged = new LinkedHashSet<>();

  private int entries;

  ExportLines(String user, Optional<Known> ticket) {
    this.user = user;
    this.ticket = ticket;
  }

  /** What it is, its entries, their seals and the signatures of these. */
  ExportLines chain(List<Seal> taken, Map<String, EntryLine> found, Map<Long, String> signatures) {
    taken.stream()
        .flatMap(seal -> seal.covered().stream())
        .filter(covered -> !covered.isOf(Optional.ofNullable(found.get(covered.place()))))
        .forEach(covered -> damaged.add(covered.place()));
    lines.add(CanonicalJson.write(head(taken, found)));
    for (var seal : taken) {
      for (var covered : seal.covered()) {
        Optional.ofNullable(found.get(covered.place()))
            .filter(entry -> ticket
                .map(known -> isAsSealed(entry) && entry.isAbout(known.id()))
                .orElse(true))
            .ifPresent(entry -> {
              lines.add(entry.text());
              entries++;
            });
      }
      lines.add(seal.text());
      var signature = Optional.ofNullable(signatures.get(seal.number()));
      signature.ifPresent(lines::add);
      signature.flatMap(SignatureLine::read).ifPresent(line -> keys.add(line.key()));
    }
    return this;
  }

  private Data.Hash head(List<Seal> taken, Map<String, EntryLine> found) {
    var head = Data.hash()
        .with("line", "export")
        .with("user", user)
        .with("first", taken.get(0).number())
        .with("last", taken.get(taken.size() - 1).number());
    return ticket
        .map(known -> head.with("ticket", known.id())
            .with("created_at", known.createdAt().getEpochSecond())
            .with("calls", count(found, EntryLine::isOfCalls))
            .with("unmarked", count(found, EntryLine::isUnmarked))
            .with("damaged", Data.texts(List.copyOf(damaged))))
        .orElse(head);
  }

  private long count(Map<String, EntryLine> found, Predicate<EntryLine> which) {
    return found.values().stream().filter(this::isAsSealed).filter(which).count();
  }

  private boolean isAsSealed(EntryLine entry) {
    return !damaged.contains(entry.place());
  }

  /** The names of the keys that signed. */
  List<String> keys() {
    return List.copyOf(keys);
  }

  ExportLines keys(List<Optional<VerifyingKey>> known) {
    known.stream()
        .flatMap(Optional::stream)
        .map(key -> CanonicalJson.write(Data.hash()
            .with("line", "key")
            .with("key", key.id())
            .with("public", key.text())
            .with("sha256", key.sha256())))
        .forEach(lines::add);
    return this;
  }

  ExportLines ticket(State state) {
    var id = ticket.orElseThrow().id();
    lines.add(withDigest(of("ticket", id)
        .with("status", state.status())
        .with("servers", Data.texts(state.servers()))
        .with("granted", Data.texts(state.granted()))
        .with("standing", Data.texts(state.standing()))
        .with("unproven", Data.texts(state.unproven()))
        .with("audits", Data.texts(state.others()))
        .with("receipts", state.receipts().size())
        .with("more_receipts", Data.flag(state.more()))));
    state
        .receipts()
        .forEach(receipt -> lines.add(withDigest(of("receipt", id).with("receipt", receipt))));
    return this;
  }

  private Data.Hash of(String line, long id) {
    return Data.hash().with("line", line).with("user", user).with("ticket", id);
  }

  /** No seal vouches for it: its own hash says only where a file was changed on its way. */
  private static String withDigest(Data.Hash line) {
    return CanonicalJson.write(line.with("sha256", Sha256.hex(CanonicalJson.write(line))));
  }

  int entries() {
    return entries;
  }

  int damaged() {
    return damaged.size();
  }

  List<String> ended() {
    var end =
        Data.hash().with("line", "end").with("sha256", Sha256.hex(String.join("\n", lines) + "\n"));
    var all = new ArrayList<>(lines);
    all.add(CanonicalJson.write(end));
    return List.copyOf(all);
  }
}
