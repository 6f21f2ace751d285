package dev.latchkey.sam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The share of a processor that Lambda gives with so much memory, as a quota of the Linux scheduler: 1,769 MB have one
 * whole processor, and less has so much less, counted in periods of 20 ms. As root; with control groups of either version.
 *
 * @param megabytes the memory
 * @param group its folder in the file system of the control groups
 */
record ProcessorShare(int megabytes, Path group) implements AutoCloseable {
  private static final int WHOLE = 1769;
  private static final int PERIOD_MICROSECONDS = 20_000;
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  static ProcessorShare of(int megabytes) throws IOException {
    boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
    Path parent = unified ? ROOT : ROOT.resolve("cpu");
    Path group = Files.createDirectory(parent.resolve(
        "latchkey-bench-" + megabytes + "-" + ProcessHandle.current().pid()));
    long quota = (long) PERIOD_MICROSECONDS * megabytes / WHOLE;
    if (unified) {
      Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROSECONDS);
    } else {
      Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROSECONDS));
      Files.writeString(group.resolve("cpu.cfs_quota_us"), Long.toString(quota));
    }
    return new ProcessorShare(megabytes, group);
  }

  /** Every thread of {@code process}, and those that it starts. */
  void hold(FunctionProcess process) throws IOException {
    Files.writeString(group.resolve("cgroup.procs"), Long.toString(process.pid()));
  }

  /** When all its processes have ended. */
  @Override
  public void close() throws IOException {
    Files.delete(group);
  }
}
