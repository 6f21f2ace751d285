package dev.latchkey.cli;

/** What a script learns of a call: above all, whether it was refused or whether nobody knows. */
enum ExitCode {
  /** {@code metadata.result} is 1. */
  DONE(0),
  /** {@code metadata.result} is 0: the call was refused, or is not done. */
  REFUSED(1),
  /** The command line or a file of this machine is wrong; nothing was sent. */
  USAGE(2),
  /** The server does not accept the credential. */
  CREDENTIAL(3),
  /** The network, TLS or time stood in the way, or the answer could not be written. */
  NO_ANSWER(4),
  /** The server has a fault, or has no capacity for the call after all retries. */
  FAULT(5);

  /** As a shell calls the end by SIGPIPE: whoever read the output did not want more of it. */
  static final int BROKEN_PIPE = 141;

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
