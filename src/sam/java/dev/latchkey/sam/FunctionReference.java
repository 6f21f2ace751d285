package dev.latchkey.sam;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A function as a caller of Lambda's API names it: by its name, its ARN or the end of that, with a version or an alias or
 * without (Lambda API, Invoke, FunctionName).
 */
record FunctionReference(String name, Optional<String> qualifier) {
  private static final Pattern FORM = Pattern.compile(
      "(?:arn:aws:lambda:)?(?:([a-z]{2}-[a-z]+-\\d):)?(?:(\\d{12}):)?(?:function:)?([a-zA-Z0-9_.-]+)(?::([$a-zA-Z0-9_-]+))?");

  static final String LATEST = "$LATEST";

  /** @return empty for what is none, and for a function of another region or account */
  static Optional<FunctionReference> parse(String text) {
    var parts = FORM.matcher(text);
    return parts.matches()
            && Stack.REGION.equals(Optional.ofNullable(parts.group(1)).orElse(Stack.REGION))
            && Stack.ACCOUNT.equals(Optional.ofNullable(parts.group(2)).orElse(Stack.ACCOUNT))
        ? Optional.of(new FunctionReference(parts.group(3), Optional.ofNullable(parts.group(4))))
        : Optional.empty();
  }

  /** By its physical name or, as SAM's own command line has it, by its logical id. */
  boolean means(String id) {
    return name.equals(id) || name.equals(Stack.physicalName(id));
  }
}
