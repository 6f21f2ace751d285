package dev.latchkey.token;

import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.ExpiryTable;
import dev.latchkey.access.ExpiryTable.Expiry;
import dev.latchkey.change.Author;
import dev.latchkey.change.Change;
import dev.latchkey.change.Changed;
import dev.latchkey.change.LimitTable;
import dev.latchkey.change.LimitTable.Limited;
import dev.latchkey.settings.Settings;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Removes tokens that expired long ago, as a revoke would: until then they are listed, as WHM says. */
@Singleton
class ExpiredTokens implements Upkeep {
  private static final String NAME = "reconciler";

  private final ExpiryTable expiries;
  private final CredentialTable credentials;
  private final TokenTable tokens;
  private final LimitTable limits;
  private final Change change;
  private final Duration kept;
  private final Clock clock;

  @Inject
  ExpiredTokens(
      ExpiryTable expiries,
      CredentialTable credentials,
      TokenTable tokens,
      LimitTable limits,
      Change change,
      Settings settings,
      Clock clock) {
    this.expiries = expiries;
    this.credentials = credentials;
    this.tokens = tokens;
    this.limits = limits;
    this.change = change;
    this.kept = settings.expiredTokensKept();
    this.clock = clock;
  }

  @Override
  public Uni<Void> run() {
    return Uni.createFrom().deferred(() -> {
      var now = clock.instant();
      return expiries
          .until(now.minus(kept))
          .chain(all -> Multi.createFrom()
              .iterable(all)
              .onItem()
              .transformToUniAndConcatenate(expiry -> sweep(expiry, now).replaceWith(true))
              .collect()
              .asList())
          .replaceWithVoid();
    });
  }

  private Uni<Void> sweep(Expiry expiry, Instant now) {
    return credentials
        .findByDigest(expiry.user(), expiry.digest())
        .chain(found -> found
            .filter(token -> token.expiredAt(now.minus(kept)))
            .map(token -> sweep(token, expiry, now))
            .orElseGet(() -> change.note(in -> expiries.drop(in, expiry))))
        // It is looked at again in a minute.
        .onFailure(Changed.class)
        .recoverWithNull();
  }

  private Uni<Void> sweep(Credential token, Expiry expiry, Instant now) {
    var author = Author.internal(NAME, now, UUID.randomUUID().toString());
    var what = "removed “" + token.name() + "”, which expired on "
        + token.scope().expiresAt().orElseThrow();
    return change.commit(author, token.user(), what, in -> {
      tokens.revoke(in, token);
      limits.remove(in, token.user(), Limited.TOKENS, 1);
      expiries.drop(in, expiry);
    });
  }
}
