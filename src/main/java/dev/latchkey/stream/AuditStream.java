package dev.latchkey.stream;

import io.smallrye.mutiny.Uni;

/** Takes stretches of the audit, and neither changes nor removes one. */
public interface AuditStream {
  /** Whether there is a place for them. */
  boolean isOn();

  /**
   * Writes a stretch, unless one of this name is there: a name always stands for the same stretch.
   *
   * @param name of a file, in a folder: letters, digits, {@code . _ ~ -} and {@code /}, which nobody has to encode
   */
  Uni<Void> write(String name, byte[] lines);
}
