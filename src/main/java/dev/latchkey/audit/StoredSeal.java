package dev.latchkey.audit;

import dev.latchkey.text.Sha256;

/** A seal as it lies in the table, whatever that is: nobody has looked at it yet. */
record StoredSeal(long number, String text) {
  /** Whether it is the seal of which somebody has kept the hash. */
  boolean has(String hash) {
    return Sha256.hex(text).equals(hash);
  }
}
