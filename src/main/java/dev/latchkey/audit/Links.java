package dev.latchkey.audit;

import dev.latchkey.audit.ChainFault.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A stretch of seals as it lies in the table, held against itself: numbers, hashes, and the greatest places. */
final class Links {
  private final List<Seal> seals;
  private final Optional<ChainFault> fault;

  private Links(List<Seal> seals, Optional<ChainFault> fault) {
    this.seals = seals;
    this.fault = fault;
  }

  /** Those before the first fault. */
  List<Seal> seals() {
    return seals;
  }

  Optional<ChainFault> fault() {
    return fault;
  }

  /**
   * @param before the seal before them; empty for the first
   * @param stored what there is from the next number on
   */
  static Links of(String user, Optional<Seal> before, List<StoredSeal> stored) {
    var seals = new ArrayList<Seal>();
    var last = before;
    for (var i = 0; i < stored.size(); i++) {
      var next =
          i + 1 < stored.size() ? Optional.of(stored.get(i + 1)) : Optional.<StoredSeal>empty();
      var fault = fault(user, last, stored.get(i), next);
      if (fault.isPresent()) {
        return new Links(List.copyOf(seals), fault);
      }
      last = read(stored.get(i));
      seals.add(last.orElseThrow());
    }
    return new Links(List.copyOf(seals), Optional.empty());
  }

  private static Optional<ChainFault> fault(
      String user, Optional<Seal> before, StoredSeal stored, Optional<StoredSeal> next) {
    var number = before.map(Seal::number).orElse(0L) + 1;
    if (stored.number() == 0) {
      return fault(Kind.INSERTED, number, "What stands before seal %d is not a seal.", number);
    }
    if (stored.number() != number) {
      return fault(
          Kind.DELETED, number, "Seal %d is not there, and seal %d is.", number, stored.number());
    }
    var read = read(stored);
    if (read.isEmpty()) {
      return fault(Kind.CHANGED, number, "Seal %d was changed: it cannot be read.", number);
    }
    var seal = read.get();
    if (seal.number() != number) {
      return fault(
          Kind.REORDERED, number, "At the place of seal %d is seal %d.", number, seal.number());
    }
    if (!seal.previous().equals(before.map(Seal::hash).orElse(Seal.NONE))) {
      return Optional.of(misfit(before, seal, next.flatMap(Links::read)));
    }
    if (!seal.user().equals(user) || !seal.high().equals(high(before, seal))) {
      return fault(Kind.CHANGED, number, "Seal %d is not one of these entries.", number);
    }
    return Optional.empty();
  }

  /** The seal after them tells which of two that do not fit was changed; where there is none, it may be either. */
  private static ChainFault misfit(Optional<Seal> before, Seal seal, Optional<Seal> next) {
    var number = seal.number();
    if (before.isEmpty()
        || next.filter(after -> !after.previous().equals(seal.hash())).isPresent()) {
      return ChainFault.of(
          Kind.CHANGED,
          number,
          "Seal %d was changed: it does not fit the one before it.".formatted(number));
    }
    return ChainFault.of(
        Kind.CHANGED,
        number - 1,
        (next.isPresent()
                ? "Seal %d was changed: seal %d does not fit it."
                : "Seal %d or seal %d was changed: they do not fit.")
            .formatted(number - 1, number));
  }

  private static String high(Optional<Seal> before, Seal seal) {
    return seal.covered().stream()
        .map(Seal.Covered::place)
        .reduce(
            before.map(Seal::high).orElse(""),
            (one, other) -> one.compareTo(other) > 0 ? one : other);
  }

  static Optional<Seal> read(StoredSeal stored) {
    try {
      return Optional.of(SealLine.read(stored.text()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<ChainFault> fault(
      Kind kind, long seal, String sentence, Object... arguments) {
    return Optional.of(ChainFault.of(kind, seal, sentence.formatted(arguments)));
  }
}
