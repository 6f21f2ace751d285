package dev.latchkey.token;

import dev.latchkey.access.AddressRange;
import dev.latchkey.access.Credential;
import dev.latchkey.access.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The last token with {@code all} cannot be revoked or narrowed: nobody could make another one. A change that takes from
 * such a token therefore needs a witness, the caller's own or another one, that can be used; that it is still the one that
 * was seen is a condition of the same transaction, so two tokens cannot vouch for each other and both go.
 */
final class LastAllToken {
  private static final Duration A_DAY = Duration.ofDays(1);

  private LastAllToken() {}

  static boolean isAtStake(Credential token, Instant now) {
    return token.scope().privileges().hasAll() && !token.expiredAt(now);
  }

  static boolean isNarrowed(Credential before, Scope after, Instant now) {
    return isAtStake(before, now) && !before.scope().isWithin(after);
  }

  /**
   * A token with {@code all} that is not among those that are taken from, and with which another one can be made: from where
   * the call comes, and for a day yet.
   */
  static Optional<Credential> witness(
      List<Credential> all, List<Credential> takenFrom, AddressRange source, Instant now) {
    return all.stream()
        .filter(token -> isAtStake(token, now.plus(A_DAY)))
        .filter(
            token -> token.scope().addresses().map(list -> list.allows(source)).orElse(true))
        .filter(
            token -> takenFrom.stream().noneMatch(taken -> taken.digest().equals(token.digest())))
        .findFirst();
  }

  /** A token that expires within the day cannot make one that lasts longer, so the sentence names the other way, too. */
  static String refusal(String name) {
    return "“" + name
        + "” is the last token with “all” that can be used from this call's address for"
        + " another day; make another one that lasts first, by it or by Bootstrap.";
  }
}
