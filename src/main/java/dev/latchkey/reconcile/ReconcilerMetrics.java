package dev.latchkey.reconcile;

import dev.latchkey.delivery.EmbeddedMetrics;
import dev.latchkey.delivery.EmbeddedMetrics.Value;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * What one run of the reconciler found. A metric is paid for by the hours in which it is written, so one that is zero is
 * not.
 */
final class ReconcilerMetrics {
  private ReconcilerMetrics() {}

  /**
   * @param table the table's name, which tells the stacks of an account apart
   * @return empty when there is nothing to tell
   */
  static Optional<String> line(List<Look> looks, String table, Instant now) {
    var values = Arrays.stream(Metric.values())
        .map(metric -> new Value(metric.name, metric.unit, metric.of.applyAsLong(looks)))
        .filter(value -> value.value() > 0)
        .toList();
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(EmbeddedMetrics.line(values, table, now));
  }

  private enum Metric {
    OLDEST_REVOKING(
        "OldestRevoking",
        "Seconds",
        looks -> looks.stream().mapToLong(Look::oldestEnd).max().orElse(0)),
    DRIFT("Drift", "Count", looks -> looks.stream().mapToLong(Look::drift).sum()),
    SWEEP_STOPPED(
        "SweepStopped",
        "Count",
        looks -> looks.stream().filter(Look::sweepStopped).count()),
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
