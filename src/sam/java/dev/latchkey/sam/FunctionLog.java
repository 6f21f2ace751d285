package dev.latchkey.sam;

import dev.latchkey.local.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Hands on what a function's processes write, each line after the function's logical id. */
record FunctionLog(String function, PrintStream to) {
  void line(String text) {
    to.println(function + " | " + text);
  }

  /** Until the stream ends, in a thread of its own. */
  void pump(InputStream from) {
    Threads.daemon("log-" + function).newThread(() -> copy(from)).start();
  }

  private void copy(InputStream from) {
    try (var reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
      reader.lines().forEach(this::line);
    } catch (IOException | UncheckedIOException e) {
      // The process has ended.
    }
  }
}
