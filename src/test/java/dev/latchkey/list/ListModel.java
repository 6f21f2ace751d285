package dev.latchkey.list;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What filter, columns, sort and chunk do, written naively over plain maps and for the texts of {@link #NUMBERS}. */
record ListModel(
    List<String[]> filters, List<String> columns, List<String[]> sorts, int start, int size) {
  /** Every text of a record that counts as a number. */
  static final Map<String, Double> NUMBERS = Map.of(
      "-3", -3.0, "0", 0.0, "0.0", 0.0, "1", 1.0, "1.50", 1.5, "2", 2.0, "010", 10.0, "30", 30.0);

  static final Map<String, Long> ADDRESSES =
      Map.of("10.0.0.2", 0x0A000002L, "9.0.0.0", 0x09000000L, "200.1.1.1", 0xC8010101L);

  List<Map<String, String>> cut(List<Map<String, String>> records) {
    var kept = new ArrayList<Map<String, String>>();
    for (var record : records) {
      if (passesAll(record)) {
        kept.add(columns.isEmpty() ? record : displayed(record));
      }
    }
    insertionSort(kept);
    var page = new ArrayList<Map<String, String>>();
    for (var i = 1; i <= kept.size(); i++) {
      if (i >= start && i < (long) start + size) {
        page.add(kept.get(i - 1));
      }
    }
    return page;
  }

  private boolean passesAll(Map<String, String> record) {
    for (var filter : filters) {
      var passes = false;
      for (var field : record.keySet()) {
        passes |= (filter[0].equals("*") || filter[0].equals(field))
            && passes(filter[1], record.get(field), filter[2]);
      }
      if (!passes) {
        return false;
      }
    }
    return true;
  }

  private static boolean passes(String type, String value, String arg) {
    var unlimited = type.endsWith("unlimited");
    var left = unlimited && value.equals("unlimited") ? Double.valueOf(1e9) : NUMBERS.get(value);
    var right = unlimited && arg.equals("unlimited") ? Double.valueOf(1e9) : NUMBERS.get(arg);
    return switch (type) {
      case "contains" -> value.toUpperCase(Locale.ROOT).contains(arg.toUpperCase(Locale.ROOT));
      case "begins" -> value.regionMatches(true, 0, arg, 0, arg.length());
      case "eq" -> value.equals(arg);
      default -> left != null && ordered(type, left, right);
    };
  }

  private static boolean ordered(String type, double left, double right) {
    return type.equals("==") && left == right
        || type.startsWith("lt") && left < right
        || type.startsWith("gt") && left > right
        || type.endsWith("_equal") && left == right;
  }

  private Map<String, String> displayed(Map<String, String> record) {
    var fields = new LinkedHashMap<String, String>();
    for (var column : columns) {
      if (record.containsKey(column)) {
        fields.put(column, record.get(column));
      }
    }
    return fields;
  }

  private void insertionSort(List<Map<String, String>> records) {
    var all = List.copyOf(records);
    for (var i = 1; i < records.size(); i++) {
      for (var j = i; j > 0 && order(records.get(j - 1), records.get(j), all) > 0; j--) {
        records.add(j - 1, records.remove(j));
      }
    }
  }

  private int order(
      Map<String, String> left, Map<String, String> right, List<Map<String, String>> all) {
    for (var sort : sorts) {
      var isTyped = all.stream()
          .allMatch(record -> number(sort[1], record.getOrDefault(sort[0], "")) != null);
      var order = isTyped
          ? Double.compare(number(sort[1], left.get(sort[0])), number(sort[1], right.get(sort[0])))
          : left.getOrDefault(sort[0], "").compareTo(right.getOrDefault(sort[0], ""));
      if (order != 0) {
        return sort[2].equals("1") ? -order : order;
      }
    }
    return 0;
  }

  private static Double number(String method, String text) {
    var unlimited = text.equals("unlimited") ? Double.valueOf(1e9) : NUMBERS.get(text);
    return switch (method) {
      case "numeric" -> unlimited;
      case "numeric_zero_as_max" ->
        unlimited != null && unlimited == 0 ? Double.valueOf(1e9) : unlimited;
      case "ipv4" -> ADDRESSES.containsKey(text) ? Double.valueOf(ADDRESSES.get(text)) : null;
      default -> null;
    };
  }
}
