package dev.latchkey.testing;

import dev.latchkey.text.TokenText;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Where the value of a token was logged or sent to AWS while this is open: any text with its form and its checksum. */
final class LeakedTokens extends Handler implements AutoCloseable {
  /** The second has a handler of its own, and so what it says does not reach the first. */
  private static final List<String> LOGGERS = List.of("", "dev.latchkey.call");

  private final PatternFormatter message = new PatternFormatter("%s%e");
  private final List<String> logged = new CopyOnWriteArrayList<>();

  private LeakedTokens() {}

  static LeakedTokens watch() {
    var leaks = new LeakedTokens();
    LOGGERS.forEach(name -> Logger.getLogger(name).addHandler(leaks));
    SdkProbe.forgetTokens();
    return leaks;
  }

  static boolean isIn(String text) {
    return !TokenText.hide(text).equals(text);
  }

  /** The lines of the log. */
  List<String> logged() {
    return List.copyOf(logged);
  }

  /** The requests, by operation. */
  List<String> sent() {
    return SdkProbe.withTokens();
  }

  @Override
  public void publish(LogRecord record) {
    var line = message.format(record);
    if (isIn(line)) {
      logged.add(line);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    LOGGERS.forEach(name -> Logger.getLogger(name).removeHandler(this));
  }
}
