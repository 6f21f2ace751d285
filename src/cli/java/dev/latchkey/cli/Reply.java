package dev.latchkey.cli;

import java.util.Map;
import java.util.Optional;

/** What a server answered. @param fields by their names in small letters; of several the first */
record Reply(int status, Map<String, String> fields, byte[] body) {
  Optional<String> field(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  Optional<String> requestId() {
    return field("x-request-id").map(Visible::line);
  }
}
