package dev.latchkey.ssh;

import java.util.Map;

/**
 * A character that no key has and that nobody sees, or takes for another: web pages and word processors put them in. Only
 * its name tells where to look.
 */
record StrayCharacter(int codePoint) {
  private static final Map<Integer, String> NAMES = Map.ofEntries(
      Map.entry(0x00A0, "a no-break space"),
      Map.entry(0x00AD, "a soft hyphen"),
      Map.entry(0x2007, "a figure space"),
      Map.entry(0x200B, "a zero-width space"),
      Map.entry(0x200C, "a zero-width non-joiner"),
      Map.entry(0x200D, "a zero-width joiner"),
      Map.entry(0x200E, "a left-to-right mark"),
      Map.entry(0x200F, "a right-to-left mark"),
      Map.entry(0x2010, "a typographic hyphen"),
      Map.entry(0x2011, "a no-break hyphen"),
      Map.entry(0x2013, "an en dash"),
      Map.entry(0x2014, "an em dash"),
      Map.entry(0x2028, "a line separator"),
      Map.entry(0x202F, "a narrow no-break space"),
      Map.entry(0x2060, "a word joiner"),
      Map.entry(0x3000, "an ideographic space"),
      Map.entry(0xFEFF, "a byte order mark"));

  /** @throws IllegalArgumentException that names the first of them */
  static void refuse(String word) {
    word.codePoints()
        .filter(one -> one <= ' ' || one > '~')
        .mapToObj(StrayCharacter::new)
        .findFirst()
        .ifPresent(stray -> {
          throw new IllegalArgumentException(
              "has %s (U+%04X) before its comment, which no public key has; use “ssh-ed25519 AAAA… comment”."
                  .formatted(stray.name(), stray.codePoint()));
        });
  }

  private String name() {
    var unnamed = Character.isISOControl(codePoint) ? "a control character" : "a character";
    return NAMES.getOrDefault(codePoint, unnamed);
  }
}
