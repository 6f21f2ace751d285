package dev.latchkey.testing;

import dev.latchkey.access.TokenValue;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Where the value of a token was logged or sent to AWS while this is open: any text with its form and its checksum. */
final class LeakedTokens extends Handler implements AutoCloseable {
  private static final Pattern RUN = Pattern.compile("[A-Z0-9]{32,}");
  private static final int LENGTH = 32;

  private final PatternFormatter message = new PatternFormatter("%s%e");
  private final List<String> logged = new CopyOnWriteArrayList<>();

  private LeakedTokens() {}

  static LeakedTokens watch() {
    var leaks = new LeakedTokens();
    Logger.getLogger("").addHandler(leaks);
    SdkProbe.forgetTokens();
    return leaks;
  }

  static boolean isIn(String text) {
    return RUN.matcher(text).results().anyMatch(run -> {
      for (var at = run.start(); at + LENGTH <= run.end(); at++) {
        if (TokenValue.parse(text.substring(at, at + LENGTH)).isPresent()) {
          return true;
        }
      }
      return false;
    });
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
    Logger.getLogger("").removeHandler(this);
  }
}
