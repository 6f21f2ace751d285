package dev.latchkey.local.ssm;

/** What became of a script: its exit code, and its output as far as Systems Manager keeps it. */
record ScriptResult(Status status, int exitCode, String out, String err) {
  static final int NOT_RUN = -1;

  /** Killed by signal 9, as a shell has it. */
  static final int KILLED = 137;

  private static final int REBOOT = 194;
  private static final int ENDS_THE_DOCUMENT_WELL = 168;

  /** A script that ended by itself. */
  static ScriptResult ended(int exitCode, String out, String err) {
    return switch (exitCode) {
      case 0, REBOOT, ENDS_THE_DOCUMENT_WELL ->
        new ScriptResult(Status.SUCCESS, exitCode, out, err);
      default -> new ScriptResult(Status.FAILED, exitCode, out, err);
    };
  }

  static ScriptResult killed(Status status, String out, String err) {
    return new ScriptResult(status, KILLED, out, err);
  }

  /** Ended without the script, or without a word of it. */
  static ScriptResult without(Status status) {
    return new ScriptResult(status, NOT_RUN, "", "");
  }

  static ScriptResult failed(String why) {
    return new ScriptResult(Status.FAILED, 1, "", why);
  }

  ScriptResult cut(int characters) {
    return new ScriptResult(status, exitCode, Output.cut(out, characters), err);
  }
}
