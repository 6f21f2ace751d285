package dev.latchkey.list;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.api.Argument;
import dev.latchkey.api.Arguments;
import dev.latchkey.data.Data;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

class ListControlsProperties {
  /** In the order that the letters have, with gaps. */
  private static final List<String> LETTERS = List.of("b", "c", "y", "z", "za", "zc", "zza");

  private static final Arbitrary<String> FIELD = Arbitraries.of("n", "m", "ip", "none");
  private static final Arbitrary<String> NUMBER = Arbitraries.of(ListModel.NUMBERS.keySet());

  @StatisticsReport(StatisticsReportMode.OFF)
  @Property(tries = 3000)
  void theyDoWhatANaiveModelDoes(
      @ForAll("models") ListModel model,
      @ForAll("lists") List<Map<String, String>> records,
      @ForAll Random random) {
    var arguments = arguments(model);
    Collections.shuffle(arguments, random);

    var cut = ListControls.from(new Arguments(arguments))
        .cut(records.stream().map(ListControlsProperties::data).toList());

    var expected = model.cut(records);
    assertThat(cut.records())
        .isEqualTo(expected.stream().map(ListControlsProperties::data).toList());
    Statistics.label("left").collect(expected.size() > 1 && expected.size() < records.size());
    Statistics.label("left").coverage(left -> left.check(true).percentage(share -> share > 5));
  }

  @Provide
  Arbitrary<ListModel> models() {
    var types = Arbitraries.of(
        "contains",
        "begins",
        "eq",
        "==",
        "lt",
        "lt_equal",
        "gt",
        "gt_equal",
        "lt_handle_unlimited",
        "gt_handle_unlimited");
    var arg = Arbitraries.frequencyOf(
        Tuple.of(3, NUMBER), Tuple.of(1, Arbitraries.of("unlimited", "a", "AB", "", "10.")));
    var filter = Combinators.combine(Arbitraries.of("n", "m", "ip", "*"), types, arg)
        .as((field, type, text) -> new String[] {field, type, text})
        .filter(made -> isSensible(made[1], made[2]));
    var sort = Combinators.combine(
            FIELD,
            Arbitraries.of("lexicographic", "numeric", "numeric_zero_as_max", "ipv4"),
            Arbitraries.of("0", "1"))
        .as((field, method, reverse) -> new String[] {field, method, reverse});
    return Combinators.combine(
            filter.list().ofMaxSize(2),
            FIELD.list().uniqueElements().ofMaxSize(4),
            sort.list().ofMaxSize(3),
            Arbitraries.integers().between(1, 6),
            Arbitraries.integers().between(1, 20))
        .as(ListModel::new);
  }

  @Provide
  Arbitrary<List<Map<String, String>>> lists() {
    var text = Arbitraries.of("unlimited", "ab", "AB", "xa", "");
    var record = Combinators.combine(
            Arbitraries.frequencyOf(Tuple.of(9, NUMBER), Tuple.of(1, text)),
            Arbitraries.oneOf(NUMBER, text),
            Arbitraries.of(ListModel.ADDRESSES.keySet()),
            Arbitraries.integers().between(0, 9))
        .as((n, m, ip, gap) -> gap == 0 ? Map.of("n", n) : Map.of("n", n, "m", m, "ip", ip));
    return record.list().ofMaxSize(12);
  }

  private static boolean isSensible(String type, String arg) {
    return switch (type) {
      case "contains", "begins", "eq" -> true;
      default ->
        ListModel.NUMBERS.containsKey(arg) || type.endsWith("unlimited") && arg.equals("unlimited");
    };
  }

  private static List<Argument> arguments(ListModel model) {
    var all = new ArrayList<Argument>();
    for (var control : List.of("filter", "columns", "sort", "chunk")) {
      all.add(new Argument("api." + control + ".enable", "1"));
    }
    for (var i = 0; i < model.filters().size(); i++) {
      add(
          all,
          "api.filter." + LETTERS.get(i),
          List.of("field", "type", "arg0"),
          model.filters().get(i));
    }
    for (var i = 0; i < model.columns().size(); i++) {
      all.add(new Argument("api.columns." + LETTERS.get(i), model.columns().get(i)));
    }
    for (var i = 0; i < model.sorts().size(); i++) {
      add(
          all,
          "api.sort." + LETTERS.get(i),
          List.of("field", "method", "reverse"),
          model.sorts().get(i));
    }
    all.add(new Argument("api.chunk.start", Integer.toString(model.start())));
    all.add(new Argument("api.chunk.size", Integer.toString(model.size())));
    return all;
  }

  private static void add(List<Argument> to, String prefix, List<String> parts, String[] values) {
    for (var i = 0; i < values.length; i++) {
      to.add(new Argument(prefix + "." + parts.get(i), values[i]));
    }
  }

  private static Data data(Map<String, String> record) {
    var hash = Data.hash();
    for (var field : record.entrySet()) {
      hash = hash.with(field.getKey(), field.getValue());
    }
    return hash;
  }
}
