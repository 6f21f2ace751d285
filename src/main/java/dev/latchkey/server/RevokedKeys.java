package dev.latchkey.server;

import dev.latchkey.text.Quoted;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a server keeps revoked keys out when somebody puts their lines back. */
public enum RevokedKeys {
  /** The agent's sweep takes the lines out, within a minute. */
  SWEEP,
  /** Besides, sshd refuses the keys at once, by a KRL of ours ({@code RevokedKeys} of sshd_config). */
  KRL;

  /** @throws IllegalArgumentException that says what would be right */
  public static RevokedKeys parse(String text) {
    return Arrays.stream(values())
        .filter(value -> value.toString().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException("“" + Quoted.of(text) + "” is neither krl nor sweep."));
  }

  /** Empty for the sweep alone, which orders and the table leave out. */
  public Optional<String> told() {
    return this == SWEEP ? Optional.empty() : Optional.of(toString());
  }

  /** As orders, calls and the table have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
