package dev.latchkey.data;

import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Answers as nobody would write them: any depth, any text as a value and as a key. */
final class HostileTrees {
  private static final String PARTS = """
      é < > & " ' \\ \\u005f / ]]> <![CDATA[ <!-- --> <?xml?> &lt; &#0; { [ 1name a:b xml xmlns xmlns:a
      XMLa name item null data -a .a 192.0.2.1 ::1 tfa_login_form tfa_login_ form t fa_login_form""";

  private static final Arbitrary<String> CHARACTERS = Arbitraries.of(
          0x00, 0x01, 0x09, 0x0A, 0x0D, 0x1B, 0x20, 0x7F, 0x85, 0x2028, 0xFEFF, 0xFFFD, 0xFFFE,
          0xFFFF, 0x1F600)
      .map(Character::toString);

  private static final Arbitrary<String> WELL_FORMED = Arbitraries.oneOf(
      Arbitraries.of(PARTS.split("\\s+")),
      CHARACTERS,
      Arbitraries.strings().withCharRange('\0', '\uD7FF').ofMaxLength(8));

  private static final Arbitrary<String> LONE_SURROGATES =
      Arbitraries.of("\uD800", "\uDBFF", "\uDC00", "\uDFFF", "\uDE00\uD83D");

  private HostileTrees() {}

  /** Without lone surrogates, which no encoding of Unicode has a place for. */
  static Arbitrary<Data.Hash> wellFormed() {
    return hash(WELL_FORMED);
  }

  static Arbitrary<Data.Hash> any() {
    return hash(Arbitraries.oneOf(WELL_FORMED, WELL_FORMED, LONE_SURROGATES));
  }

  private static Arbitrary<Data.Hash> hash(Arbitrary<String> parts) {
    var texts = parts.list().ofMaxSize(4).map(all -> String.join("", all));
    return hash(tree(texts, 3), texts);
  }

  private static Arbitrary<Data> tree(Arbitrary<String> texts, int depth) {
    var scalar = Arbitraries.<Data>oneOf(
        texts.map(Data::text), Arbitraries.longs().map(Data::number), Arbitraries.just(Data.NULL));
    if (depth == 0) {
      return scalar;
    }
    var inner = tree(texts, depth - 1);
    Arbitrary<Data> sequence = inner.list().ofMaxSize(4).map(Data.Sequence::new);
    return Arbitraries.oneOf(scalar, sequence, hash(inner, texts).map(made -> made));
  }

  private static Arbitrary<Data.Hash> hash(Arbitrary<Data> values, Arbitrary<String> keys) {
    return Combinators.combine(keys, values).as(Map::entry).list().ofMaxSize(4).map(entries -> {
      var hash = new LinkedHashMap<String, Data>();
      entries.forEach(entry -> hash.put(entry.getKey(), entry.getValue()));
      return new Data.Hash(hash);
    });
  }
}
