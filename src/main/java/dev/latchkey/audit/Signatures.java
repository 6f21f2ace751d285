package dev.latchkey.audit;

import dev.latchkey.audit.ChainFault.Kind;
import dev.latchkey.audit.Verification.Signed;
import dev.latchkey.signing.VerifyingKey;
import dev.latchkey.store.Unis;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Holds the signatures of a stretch of seals against the seals and the keys that signed. */
@Singleton
class Signatures {
  private static final long END = 999_999_999_999L;

  private final SealTable seals;

  @Inject
  Signatures(SealTable seals) {
    this.seals = seals;
  }

  /**
   * What they came to.
   *
   * @param signed the last one that is there; empty where there is none
   */
  record Looked(Optional<ChainFault> fault, Optional<Signed> signed) {
    private static final Looked NOTHING = new Looked(Optional.empty(), Optional.empty());
  }

  /**
   * @param first the number of the first of them
   * @param isEnd whether the chain ends with them
   */
  Uni<Looked> look(String user, long first, List<Seal> taken, boolean isEnd) {
    if (taken.isEmpty() && !isEnd) {
      return Uni.createFrom().item(Looked.NOTHING);
    }
    var last = first + taken.size() - 1;
    return seals
        .signatures(user, first, isEnd ? END : last)
        .chain(lines -> keys(lines).map(keys -> judge(taken, last, lines, keys)));
  }

  private Uni<Map<String, VerifyingKey>> keys(SortedMap<Long, String> lines) {
    var names = lines.values().stream()
        .flatMap(line -> SignatureLine.read(line).stream())
        .map(line -> line.key())
        .distinct()
        .toList();
    return Unis.all(names, seals::key)
        .map(found -> found.stream()
            .flatMap(Optional::stream)
            .collect(Collectors.toMap(VerifyingKey::id, Function.identity())));
  }

  private static Looked judge(
      List<Seal> taken, long last, SortedMap<Long, String> lines, Map<String, VerifyingKey> keys) {
    var all = new ArrayList<Signed>();
    for (var entry : lines.entrySet()) {
      var number = entry.getKey();
      if (number > last) {
        return fault(
            Kind.TRUNCATED,
            last,
            all,
            "The chain ends with seal %d, and seal %d was signed: what came after seal %d is gone."
                .formatted(last, number, last));
      }
      var line = SignatureLine.read(entry.getValue());
      var seal = taken.get((int) (number - taken.get(0).number()));
      if (line.filter(read -> read.isOf(seal)).isEmpty()) {
        return fault(
            Kind.SIGNATURE,
            number,
            all,
            "The signature of seal %d is not one of this seal.".formatted(number));
      }
      var key = line.get().key();
      var known = Optional.ofNullable(keys.get(key));
      if (known.filter(one -> !line.get().isBy(one)).isPresent()) {
        return fault(
            Kind.SIGNATURE,
            number,
            all,
            "The signature of seal %d is not one by the key %s.".formatted(number, key));
      }
      all.add(new Signed(number, key, known.map(VerifyingKey::sha256)));
    }
    return new Looked(Optional.empty(), newest(all));
  }

  private static Looked fault(Kind kind, long seal, List<Signed> all, String sentence) {
    return new Looked(Optional.of(ChainFault.of(kind, seal, sentence)), newest(all));
  }

  private static Optional<Signed> newest(List<Signed> all) {
    return all.stream().reduce((one, other) -> other);
  }
}
