package dev.latchkey.delivery;

import dev.latchkey.data.Data;
import dev.latchkey.data.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/**
 * A line of CloudWatch's embedded metric format: the log is the metric, and costs no call ("Embedded metric format
 * specification", Amazon CloudWatch). It goes to standard output as it is, as a log format around it would make it no metric.
 */
public final class EmbeddedMetrics {
  public static final String NAMESPACE = "Latchkey";
  public static final String DIMENSION = "Table";

  private EmbeddedMetrics() {}

  /** @param unit CloudWatch's: {@code Count}, {@code Seconds} */
  public record Value(String name, String unit, long value) {}

  /**
   * @param table the table's name, which tells the stacks of an account apart
   * @param values at least one
   */
  public static String line(List<Value> values, String table, Instant now) {
    var metrics = values.stream()
        .<Data>map(value -> Data.hash().with("Name", value.name()).with("Unit", value.unit()))
        .toList();
    var directive = Data.hash()
        .with("Namespace", NAMESPACE)
        .with("Dimensions", new Data.Sequence(List.of(Data.texts(List.of(DIMENSION)))))
        .with("Metrics", new Data.Sequence(metrics));
    var header = Data.hash()
        .with("Timestamp", now.toEpochMilli())
        .with("CloudWatchMetrics", new Data.Sequence(List.of(directive)));
    var line = Data.hash().with("_aws", header).with(DIMENSION, table);
    for (var value : values) {
      line = line.with(value.name(), value.value());
    }
    return new String(Json.write(line), StandardCharsets.UTF_8);
  }
}
