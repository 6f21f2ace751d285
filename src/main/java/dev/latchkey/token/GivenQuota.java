package dev.latchkey.token;

import static dev.latchkey.token.ScopeParameters.QUOTA;

import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.Month;
import dev.latchkey.access.Scope;
import dev.latchkey.access.Used;
import dev.latchkey.api.Call;
import dev.latchkey.api.WhmFailure;
import dev.latchkey.change.Changed;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A token with a quota gives the calls of the tokens that it makes, or whose quota it raises, out of its own, so that quotas
 * do not multiply. What was given does not come back: calls that were made with it would be made twice.
 */
@Singleton
final class GivenQuota {
  private final CredentialTable credentials;
  private final TokenTable tokens;

  @Inject
  GivenQuota(CredentialTable credentials, TokenTable tokens) {
    this.credentials = credentials;
    this.tokens = tokens;
  }

  /** How many calls {@code after} may make that {@code before} may not; 0 where the quota is not raised, or there is none. */
  static long raise(OptionalLong before, OptionalLong after) {
    return Math.max(0, after.orElse(0) - before.orElse(0));
  }

  /** A quota that was given may be above what its giver has left; that alone makes no token wider. */
  static Scope cappedAt(Scope limit, Scope scope) {
    return limit.quota().isPresent() && scope.quota().isPresent()
        ? scope.withQuota(Math.min(limit.quota().getAsLong(), scope.quota().getAsLong()))
        : scope;
  }

  /**
   * The caller's token as it is now, if it has a quota of which it is to give: one read.
   *
   * @param calls how many; 0 for none
   */
  Uni<Optional<Used>> giver(Call call, long calls) {
    var token = call.caller().credential();
    if (calls == 0 || token.scope().quota().isEmpty()) {
      return Uni.createFrom().item(Optional.empty());
    }
    return credentials.find(token.user(), token.digest()).map(found -> {
      var now = found
          .filter(used -> isOtherwiseSame(used.credential().scope(), token.scope()))
          .orElseThrow(() -> WhmFailure.refused(
              "The token that makes this call was changed meanwhile; nothing was done."));
      var left = now.credential().scope().quota().orElse(0) - now.against(Month.of(call.at()));
      // One call stays with it: a quota of none would be none.
      if (calls > left || calls >= now.credential().scope().quota().orElse(0)) {
        throw QUOTA.refused(
            calls + " calls a month are more than this call's token can give: it has "
                + Math.max(0, left) + " left of its "
                + now.credential().scope().quota().orElse(0)
                + ", and gives them out of its own.");
      }
      return Optional.of(now);
    });
  }

  private static boolean isOtherwiseSame(Scope one, Scope other) {
    return one.quota().isPresent() && one.withQuota(1).equals(other.withQuota(1));
  }

  /** Takes the calls from the giver, if it still has them. */
  void take(Transaction in, Optional<Used> giver, long calls, Call call) {
    giver.ifPresent(used -> {
      var before = used.credential();
      var quota = before.scope().quota().orElseThrow() - calls;
      var after = before.changed(before.name(), before.scope().withQuota(quota), call.request());
      credentials.give(in, before, after, call.at(), Changed::new);
      tokens.copy(in, after);
    });
  }
}
