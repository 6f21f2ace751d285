package dev.latchkey.api;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** How several values are found, written naively, a name at a time. */
final class ArgumentsModel {
  private ArgumentsModel() {}

  static List<String> values(List<Argument> arguments, String name) {
    var bare = new ArrayList<String>();
    var numbered = new TreeMap<String, List<String>>();
    for (var argument : arguments) {
      var sent = argument.name();
      if (sent.equals(name) || sent.equals(name + "[]")) {
        bare.add(argument.value());
      } else if (sent.startsWith(name + "-")) {
        addNumbered(numbered, sent.substring(name.length() + 1), argument.value());
      } else if (sent.startsWith(name + "[") && sent.endsWith("]")) {
        addNumbered(
            numbered, sent.substring(name.length() + 1, sent.length() - 1), argument.value());
      }
    }
    numbered.values().forEach(bare::addAll);
    return bare;
  }

  /** Numbers of one length are in the order of their texts. */
  private static void addNumbered(TreeMap<String, List<String>> to, String digits, String value) {
    if (!digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      var number = "0".repeat(100 - digits.length()) + digits;
      to.computeIfAbsent(number, first -> new ArrayList<>()).add(value);
    }
  }
}
