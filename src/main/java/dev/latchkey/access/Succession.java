package dev.latchkey.access;

import java.util.List;
import java.util.Optional;

/**
 * A token's place in the line of those that api_token_rotate made of one another.
 *
 * @param line the lasting id of the first of them: what one of them gave, all of them stand for
 * @param predecessors those before it, the first one first, {@value Predecessor#MOST} at most
 * @param successor the digest of the one that took its place; a token that has one lives on for a while and is not rotated
 */
public record Succession(String line, List<Predecessor> predecessors, Optional<String> successor) {
  static Succession first(String digest) {
    return new Succession(Credential.id(digest), List.of(), Optional.empty());
  }

  /** @param token of which this is, and whose place another one takes */
  Succession next(Credential token) {
    return new Succession(line, Predecessor.before(predecessors, token), Optional.empty());
  }

  public Succession succeededBy(Credential other) {
    return new Succession(line, predecessors, Optional.of(other.digest()));
  }
}
