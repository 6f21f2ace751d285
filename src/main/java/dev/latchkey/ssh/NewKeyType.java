package dev.latchkey.ssh;

import dev.latchkey.text.Quoted;
import java.util.Locale;
import java.util.Optional;

/** What {@code ssh-keygen -t} is asked for, with the length that goes with it. */
public enum NewKeyType {
  RSA("id_rsa", Optional.of(4096L)),
  ED25519("id_ed25519", Optional.empty());

  private final String file;
  private final Optional<Long> bits;

  NewKeyType(String file, Optional<Long> bits) {
    this.file = file;
    this.bits = bits;
  }

  /** @throws IllegalArgumentException that says what would be right */
  public static NewKeyType parse(String text) {
    return switch (text) {
      case "rsa", "rsa2" -> RSA;
      case "ed25519" -> ED25519;
      case "dsa" ->
        throw new IllegalArgumentException(
            "“dsa” is not made any more: OpenSSH does not accept DSA keys; use rsa2 or ed25519.");
      default ->
        throw new IllegalArgumentException(
            "“" + Quoted.of(text) + "” is not a type of key that is made; use rsa2 or ed25519.");
    };
  }

  /** The name that ssh-keygen gives it by itself. */
  public String file() {
    return file;
  }

  /** Empty where the type has but one length. */
  public Optional<Long> bits() {
    return bits;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
