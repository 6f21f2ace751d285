package dev.latchkey.mcp;

import dev.latchkey.data.Data;
import java.util.LinkedHashMap;
import java.util.regex.Pattern;

/**
 * What others have written, or may have: servers, vendors, customers. It stands in one field of an answer, {@value #FIELD}, and
 * nowhere else, and has no characters that nobody sees, steer a terminal or turn a line around.
 */
final class Untrusted {
  static final String FIELD = "untrusted";

  /** Control and format characters but for line breaks and tabs, what has no character, and variation selectors. */
  private static final Pattern UNSEEN = Pattern.compile(
      "[\\p{Cc}\\p{Cf}\\p{Cn}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}\\x{FE00}-\\x{FE0F}\\x{E0100}-\\x{E01EF}&&[^\\n\\t]]");

  private Untrusted() {}

  static Data cleaned(Data value) {
    if (value instanceof Data.Text text) {
      return Data.text(cleaned(text.value()));
    }
    if (value instanceof Data.Sequence sequence) {
      return new Data.Sequence(sequence.items().stream().map(Untrusted::cleaned).toList());
    }
    if (value instanceof Data.Hash hash) {
      var entries = new LinkedHashMap<String, Data>();
      hash.entries().forEach((name, entry) -> entries.put(cleaned(name), cleaned(entry)));
      return new Data.Hash(entries);
    }
    return value;
  }

  private static String cleaned(String text) {
    return UNSEEN.matcher(text).replaceAll("\uFFFD");
  }
}
