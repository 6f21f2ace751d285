package dev.latchkey.sam;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Medians over the lives of each contender's processes. */
final class Figures {
  private static final String VERSION = "version";
  private static final String LIST = "api_token_list";
  private static final double KILOBYTES_A_MEGABYTE = 1000 / 1.024; // /proc's are of 1024 bytes
  private static final double BYTES_A_MEGABYTE = 1e6;

  private final List<Contender> contenders;
  private final int calls;
  private final Map<Contender, Map<String, List<Life>>> lives = new LinkedHashMap<>();

  Figures(List<Contender> contenders, int calls) {
    this.contenders = contenders;
    this.calls = calls;
    contenders.forEach(contender -> lives.put(contender, new LinkedHashMap<>()));
  }

  void add(Contender contender, String function, Life life) {
    lives.get(contender).computeIfAbsent(function, name -> new ArrayList<>()).add(life);
  }

  List<Contender> contenders() {
    return contenders;
  }

  double initMillis(Contender contender) {
    return millis(contender, LIST, Life::init);
  }

  double firstMillis(Contender contender) {
    return millis(contender, LIST, Life::first);
  }

  /** In Markdown. */
  String table() {
    StringBuilder table = new StringBuilder();
    row(table, "medians of " + of(contenders.get(0), LIST).size(), Contender::name);
    row(table, "---", contender -> "---");
    milliseconds(table, "init, ms", this::initMillis);
    milliseconds(table, "first `version`, ms", one -> millis(one, VERSION, Life::first));
    milliseconds(table, "first `api_token_list`, ms", this::firstMillis);
    milliseconds(
        table, "init and first `api_token_list`, ms", one -> millis(one, LIST, Life::cold));
    milliseconds(table, "CPU time of both, ms", one -> millis(one, LIST, Life::cpu));
    row(table, "warm `version`, p50 / p99, ms", one -> warm(one, VERSION));
    row(table, "warm `api_token_list`, p50 / p99, ms", one -> warm(one, LIST));
    megabytes(
        table,
        "resident after " + calls + " calls, MB",
        one -> resident(one) / KILOBYTES_A_MEGABYTE);
    megabytes(table, "package, MB", one -> one.packageBytes() / BYTES_A_MEGABYTE);
    targets(table);
    return table.toString();
  }

  private void targets(StringBuilder out) {
    Contender ours = contenders.get(0);
    Contender jvm = contenders.get(1);
    Contender node = contenders.get(contenders.size() - 1);
    out.append(String.format(
        Locale.ROOT,
        "%nnative: init %.2f of the JVM's, %.2f of Node.js's; first api_token_list %.2f of Node.js's;"
            + " executable %.1f MB; load %s%n",
        initMillis(ours) / initMillis(jvm),
        initMillis(ours) / initMillis(node),
        firstMillis(ours) / firstMillis(node),
        executableBytes(ours) / BYTES_A_MEGABYTE,
        load()));
  }

  private void row(StringBuilder table, String title, Function<Contender, String> value) {
    table.append("| ").append(title);
    contenders.forEach(one -> table.append(" | ").append(value.apply(one)));
    table.append(" |\n");
  }

  private void milliseconds(StringBuilder table, String title, Function<Contender, Double> value) {
    row(table, title, one -> String.format(Locale.ROOT, "%.0f", value.apply(one)));
  }

  private void megabytes(StringBuilder table, String title, Function<Contender, Double> value) {
    row(table, title, one -> String.format(Locale.ROOT, "%.1f", value.apply(one)));
  }

  private String warm(Contender contender, String function) {
    return String.format(
        Locale.ROOT,
        "%.1f / %.1f",
        millis(contender, function, life -> percentile(life.warm(), 50)),
        millis(contender, function, life -> percentile(life.warm(), 99)));
  }

  private double resident(Contender contender) {
    return median(of(contender, LIST).stream()
        .map(life -> (double) life.residentKilobytes())
        .toList());
  }

  private double millis(Contender contender, String function, Function<Life, Duration> what) {
    return median(of(contender, function).stream()
        .map(life -> what.apply(life).toNanos() / 1e6)
        .toList());
  }

  private List<Life> of(Contender contender, String function) {
    return lives.get(contender).get(function);
  }

  /** The smallest value that is not below so many percent of all. */
  private static <T extends Comparable<T>> T percentile(List<T> values, int percent) {
    return values.stream()
        .sorted()
        .skip((values.size() * (long) percent + 99) / 100 - 1)
        .findFirst()
        .orElseThrow();
  }

  private static double median(List<Double> values) {
    return percentile(values, 50);
  }

  private static long executableBytes(Contender contender) {
    try {
      return Files.size(Path.of(contender.command().get(0)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String load() {
    try {
      return Files.readString(Path.of("/proc/loadavg")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
