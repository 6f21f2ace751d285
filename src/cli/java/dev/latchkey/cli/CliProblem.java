package dev.latchkey.cli;

import java.util.Optional;

/** Why the command ends: a sentence for its user, and the exit code. */
final class CliProblem extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ExitCode exit;
  private final transient Optional<String> requestId;
  private final boolean answered;

  private CliProblem(ExitCode exit, String sentence, Optional<String> requestId, boolean answered) {
    super(sentence, null, false, false);
    this.exit = exit;
    this.requestId = requestId;
    this.answered = answered;
  }

  /** Nothing was sent. */
  static CliProblem usage(String sentence) {
    return new CliProblem(ExitCode.USAGE, sentence, Optional.empty(), false);
  }

  /** No answer came, or none that can be read. */
  static CliProblem noAnswer(String sentence) {
    return new CliProblem(ExitCode.NO_ANSWER, sentence, Optional.empty(), false);
  }

  /** The server answered, and not what was asked. */
  static CliProblem answered(ExitCode exit, String sentence, Optional<String> requestId) {
    return new CliProblem(exit, sentence, requestId, true);
  }

  /** A mistake of ours, which must not look like a refusal; without its message, which may quote a secret. */
  static CliProblem ofThisCommand(RuntimeException mistake) {
    var place = mistake.getStackTrace().length == 0 ? "" : " in " + mistake.getStackTrace()[0];
    return new CliProblem(
        ExitCode.FAULT,
        "This command has a fault: " + mistake.getClass().getSimpleName() + place
            + ". It is not known whether the call was done.",
        Optional.empty(),
        false);
  }

  /** The same with more to say. */
  CliProblem and(String more) {
    return new CliProblem(exit, getMessage() + " " + more, requestId, answered);
  }

  ExitCode exit() {
    return exit;
  }

  /** By which the server's log and audit name the call. */
  Optional<String> requestId() {
    return requestId;
  }

  /** Whether an answer came at all, so that one may ask for its request id. */
  boolean isAnswered() {
    return answered;
  }
}
