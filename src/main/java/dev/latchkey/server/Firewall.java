package dev.latchkey.server;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whether the firewall of a server is to let in those who have a grant. */
public enum Firewall {
  OPEN,
  /** The emergency brake: to nobody, although grants stand. */
  CLOSED;

  /** @throws IllegalArgumentException where it is neither */
  public static Firewall parse(String text) {
    return Arrays.stream(values())
        .filter(value -> value.toString().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("neither open nor closed"));
  }

  /** Empty where it is open, which orders, answers and the table leave out. */
  public Optional<String> told() {
    return this == OPEN ? Optional.empty() : Optional.of(toString());
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
