package dev.latchkey.local.ssm;

import java.util.List;
import java.util.Map;

/** A machine that Run Command reaches. */
public interface LocalNode {
  /** {@code i-} or {@code mi-} and hexadecimal digits. */
  String id();

  /** The words to put before the shell, such as {@code nsenter} with its options; empty for none. */
  List<String> runner();

  /** What its scripts find in their environment beside what Systems Manager sets. */
  Map<String, String> environment();

  /** What it calls itself. */
  default String computerName() {
    return id();
  }

  /** The version of Systems Manager's agent that its ways are those of. */
  default String agentVersion() {
    return oldAgent() ? "3.3.2299.0" : "3.3.2746.0";
  }

  /**
   * Whether its agent of Systems Manager is older than 3.3.2746: it does not know {@code ENV_VAR} and puts the
   * text of every parameter into the script.
   */
  default boolean oldAgent() {
    return false;
  }
}
