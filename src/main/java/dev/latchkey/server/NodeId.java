package dev.latchkey.server;

import dev.latchkey.text.Quoted;
import java.util.regex.Pattern;

/** A managed node of AWS Systems Manager: an EC2 instance, {@code i-…}, or a hybrid one, {@code mi-…}. */
public record NodeId(String value) {
  private static final Pattern FORM =
      Pattern.compile("i-[0-9a-f]{8}([0-9a-f]{9})?|mi-[0-9a-f]{17}");

  /** @throws IllegalArgumentException that says what would be right */
  public static NodeId parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "“" + Quoted.of(text)
              + "” is not a valid node id of Systems Manager; use i-0123456789abcdef0 or mi-0123456789abcdef0.");
    }
    return new NodeId(text);
  }

  @Override
  public String toString() {
    return value;
  }
}
