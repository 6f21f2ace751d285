package dev.latchkey.access;

import java.util.Optional;

/**
 * A token's place in the line of those that api_token_rotate made of one another.
 *
 * @param line the lasting id of the first of them: what one of them gave, all of them stand for
 * @param successor the digest of the one that took its place; a token that has one lives on for a while and is not rotated
 */
public record Succession(String line, Optional<String> successor) {
  static Succession first(String digest) {
    return new Succession(Credential.id(digest), Optional.empty());
  }

  /** Of a token that takes the place of this one. */
  public Succession next() {
    return new Succession(line, Optional.empty());
  }

  public Succession succeededBy(Credential other) {
    return new Succession(line, Optional.of(other.digest()));
  }
}
