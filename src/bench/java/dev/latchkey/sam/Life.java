package dev.latchkey.sam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What one process of a function took, from its start to its last call.
 *
 * @param init from the start of the process until it asks for its first event, as Lambda counts it
 * @param first the first call
 * @param cpu user and system time of both
 * @param warm each call after the first, in their order
 * @param residentKilobytes after the last call
 */
record Life(
    Duration init, Duration first, Duration cpu, List<Duration> warm, long residentKilobytes) {

  /** {@code USER_HZ}: what /proc counts in, on every Linux. */
  private static final int TICKS_A_SECOND = 100;

  static Life of(FunctionProcess process, long start, BenchCall one, int calls)
      throws FunctionFailure, IOException {
    process.awaitReady();
    Duration init = since(start);
    Duration first = one.take(process);
    Duration cpu = cpu(process.pid());
    List<Duration> warm = new ArrayList<>();
    while (warm.size() < calls - 1) {
      warm.add(one.take(process));
    }
    return new Life(init, first, cpu, List.copyOf(warm), residentKilobytes(process.pid()));
  }

  /** Init and the first call: what a caller waits for when nothing is running. */
  Duration cold() {
    return init.plus(first);
  }

  static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Fields 14 and 15 of proc(5)'s stat, behind the name, which may have blanks. */
  static Duration cpu(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Arrays.stream(fields, 11, 13).mapToLong(Long::parseLong).sum();
    return Duration.ofMillis(ticks * TimeUnit.SECONDS.toMillis(1) / TICKS_A_SECOND);
  }

  private static long residentKilobytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
