package dev.latchkey.api;

import java.util.Optional;

/**
 * What a function answers.
 *
 * @param result 1, or 0 for a failure that has data all the same
 * @param data empty for a function that says nothing but that it was done; @cpanel/api cannot read {@code data: null}
 */
public record Answer(int result, String reason, Optional<Data.Hash> data) {
  private static final String OK = "OK";

  public static Answer of(Data.Hash data) {
    return new Answer(1, OK, Optional.of(data));
  }

  public static Answer withoutData() {
    return new Answer(1, OK, Optional.empty());
  }

  /** Most failures are a {@link WhmFailure}; this one has something to show. */
  public static Answer failed(String reason, Data.Hash data) {
    return new Answer(0, reason, Optional.of(data));
  }
}
