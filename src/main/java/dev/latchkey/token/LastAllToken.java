package dev.latchkey.token;

import dev.latchkey.access.Credential;
import dev.latchkey.access.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The last token with {@code all} cannot be revoked or narrowed: nobody could make another one. A change that takes from
 * such a token therefore needs a witness, the caller's own or another one that is still good; that it still is when the change is made is a
 * condition of the same transaction, so two tokens cannot vouch for each other and both go.
 */
final class LastAllToken {
  private LastAllToken() {}

  static boolean isAtStake(Credential token, Instant now) {
    return token.scope().privileges().hasAll() && !token.expiredAt(now);
  }

  static boolean isNarrowed(Credential before, Scope after, Instant now) {
    return isAtStake(before, now) && !before.scope().isWithin(after);
  }

  /** A live token with {@code all} that is not among those that are taken from. */
  static Optional<Credential> witness(
      List<Credential> all, List<Credential> takenFrom, Instant now) {
    return all.stream()
        .filter(token -> isAtStake(token, now))
        .filter(
            token -> takenFrom.stream().noneMatch(taken -> taken.digest().equals(token.digest())))
        .findFirst();
  }

  static String refusal(String name) {
    return "“" + name + "” is the last token with “all”; make another one first.";
  }
}
