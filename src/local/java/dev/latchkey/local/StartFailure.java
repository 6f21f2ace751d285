package dev.latchkey.local;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Turns whatever stopped the start into one sentence; a stack trace goes to a file, for whoever needs it. */
final class StartFailure {
  private static final int LENGTH = 200;

  private StartFailure() {}

  static String sentence(Throwable failure) {
    var root = root(failure);
    if (root instanceof LocalProblem) {
      return root.getMessage();
    }
    return "cannot start: " + brief(root);
  }

  /** What it says, down to its first full stop and never longer than a line or two: some say a page. */
  static String brief(Throwable failure) {
    var message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    var first = message.split("\\.\\s|\n", 2)[0];
    return first.length() > LENGTH ? first.substring(0, LENGTH) + "…" : first;
  }

  /** As {@link #sentence(Throwable)}; what nobody foresaw is also put down in the folder. */
  static String sentence(Throwable failure, DataFolder folder) {
    return root(failure) instanceof LocalProblem
        ? sentence(failure)
        : sentence(failure) + record(failure, folder);
  }

  private static Throwable root(Throwable failure) {
    var root = failure;
    while (!(root instanceof LocalProblem) && root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String record(Throwable failure, DataFolder folder) {
    var trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    try {
      PrivateFiles.write(folder.file("start-failure.txt"), trace.toString());
      return "; " + folder.file("start-failure.txt") + " has the details";
    } catch (IOException e) {
      return "";
    }
  }
}
