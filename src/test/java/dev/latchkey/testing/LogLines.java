package dev.latchkey.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What the application logs while this is open. */
public final class LogLines extends Handler implements AutoCloseable {
  /** The second has a handler of its own, and so what it says does not reach the first. */
  private static final List<String> LOGGERS = List.of("dev.latchkey", "dev.latchkey.call");

  private final PatternFormatter message = new PatternFormatter("%s%e");
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private LogLines() {}

  public static LogLines capture() {
    var lines = new LogLines();
    LOGGERS.forEach(name -> Logger.getLogger(name).addHandler(lines));
    return lines;
  }

  /** The lines that have this text. */
  public List<String> about(String text) {
    return lines.stream().filter(line -> line.contains(text)).toList();
  }

  public List<String> all() {
    return List.copyOf(lines);
  }

  @Override
  public void publish(LogRecord record) {
    lines.add(message.format(record));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    LOGGERS.forEach(name -> Logger.getLogger(name).removeHandler(this));
  }
}
