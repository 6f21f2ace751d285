package dev.latchkey.server;

import dev.latchkey.api.Data;
import dev.latchkey.api.Json;
import dev.latchkey.server.Reconciler.Look;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * What one run of the reconciler found, as a line of CloudWatch's embedded metric format: the log is the metric, and costs
 * no call. ("Embedded metric format specification", Amazon CloudWatch.)
 */
final class ReconcilerMetrics {
  static final String NAMESPACE = "Latchkey";

  private ReconcilerMetrics() {}

  static String line(List<Look> looks, Instant now) {
    var metrics = new Data.Sequence(List.of(
        metric("ReconcilerRuns", "Count"),
        metric("OldestRevoking", "Seconds"),
        metric("Drift", "Count"),
        metric("Unconfirmed", "Count")));
    var directive = Data.hash()
        .with("Namespace", NAMESPACE)
        .with("Dimensions", new Data.Sequence(List.of(new Data.Sequence(List.of()))))
        .with("Metrics", metrics);
    var line = Data.hash()
        .with(
            "_aws",
            Data.hash()
                .with("Timestamp", now.toEpochMilli())
                .with("CloudWatchMetrics", new Data.Sequence(List.of(directive))))
        .with("ReconcilerRuns", 1)
        .with("OldestRevoking", looks.stream().mapToLong(Look::oldestEnd).max().orElse(0))
        .with("Drift", looks.stream().mapToLong(Look::drift).sum())
        .with("Unconfirmed", looks.stream().filter(look -> !look.confirmed()).count());
    return new String(Json.write(line), StandardCharsets.UTF_8);
  }

  private static Data metric(String name, String unit) {
    return Data.hash().with("Name", name).with("Unit", unit);
  }
}
