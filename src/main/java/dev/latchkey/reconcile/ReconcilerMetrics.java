package dev.latchkey.reconcile;

import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import dev.latchkey.reconcile.Reconciler.Look;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * What one run of the reconciler found, as a line of CloudWatch's embedded metric format: the log is the metric, and costs
 * no call ("Embedded metric format specification", Amazon CloudWatch). A metric is paid for by the hours in which it is
 * written, so one that is zero is not.
 */
final class ReconcilerMetrics {
  static final String NAMESPACE = "Latchkey";
  static final String DIMENSION = "Table";

  private ReconcilerMetrics() {}

  /**
   * @param table the table's name, which tells the stacks of an account apart
   * @return empty when there is nothing to tell
   */
  static Optional<String> line(List<Look> looks, String table, Instant now) {
    var values = Data.hash().with(DIMENSION, table);
    var metrics = new ArrayList<Data>();
    for (var metric : Metric.values()) {
      var value = metric.of.applyAsLong(looks);
      if (value > 0) {
        values = values.with(metric.name, value);
        metrics.add(Data.hash().with("Name", metric.name).with("Unit", metric.unit));
      }
    }
    if (metrics.isEmpty()) {
      return Optional.empty();
    }
    var directive = Data.hash()
        .with("Namespace", NAMESPACE)
        .with("Dimensions", new Data.Sequence(List.of(Data.texts(List.of(DIMENSION)))))
        .with("Metrics", new Data.Sequence(metrics));
    var header = Data.hash()
        .with("Timestamp", now.toEpochMilli())
        .with("CloudWatchMetrics", new Data.Sequence(List.of(directive)));
    var line = Data.hash().with("_aws", header).with(values);
    return Optional.of(new String(Json.write(line), StandardCharsets.UTF_8));
  }

  private enum Metric {
    OLDEST_REVOKING(
        "OldestRevoking",
        "Seconds",
        looks -> looks.stream().mapToLong(Look::oldestEnd).max().orElse(0)),
    DRIFT("Drift", "Count", looks -> looks.stream().mapToLong(Look::drift).sum()),
    UNCONFIRMED(
        "Unconfirmed",
        "Count",
        looks -> looks.stream().filter(look -> !look.confirmed()).count());

    private final String name;
    private final String unit;
    private final ToLongFunction<List<Look>> of;

    Metric(String name, String unit, ToLongFunction<List<Look>> of) {
      this.name = name;
      this.unit = unit;
      this.of = of;
    }
  }
}
