package dev.latchkey.token;

import static dev.latchkey.token.ScopeParameters.EXPIRES_AT;

import dev.latchkey.access.Credential;
import dev.latchkey.access.Scope;
import dev.latchkey.api.Call;
import dev.latchkey.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How old tokens get, where {@code latchkey.token-max-age} says it. Whoever names an end means it: a token whose end was not
 * named has the deployment's, and only that one begins anew with api_token_rotate.
 */
@Singleton
final class TokenAge {
  private final Optional<Duration> most;

  @Inject
  TokenAge(Settings settings) {
    most = settings.tokenMaxAge();
  }

  /**
   * What a token may reach that is made or changed.
   *
   * @throws dev.latchkey.api.WhmFailure where the call names a later end, or none
   */
  Scope limited(Call call, Scope asked) {
    var latest = latest(call.at());
    if (latest.isPresent() && EXPIRES_AT.from(call).isPresent()) {
      if (!asked.endingBy(latest.get()).equals(asked)) {
        throw EXPIRES_AT.refused(
            "tokens last %d days at most here, until %d (%s); leave it out for that."
                .formatted(most.get().toDays(), latest.get().getEpochSecond(), latest.get()));
      }
      return asked;
    }
    return latest.map(asked::endingBy).orElse(asked);
  }

  /** What the successor of a token may reach. */
  Scope renewed(Scope before, Instant now) {
    var begun = before.renewed() ? before.withoutEnd() : before;
    return latest(now).map(begun::endingBy).orElse(begun);
  }

  /** A token, as it is after a change that does not name its end. */
  Credential aged(Credential token, Instant now) {
    return latest(now)
        .map(end -> token.changed(token.name(), token.scope().endingBy(end), token.revision()))
        .orElse(token);
  }

  private Optional<Instant> latest(Instant now) {
    return most.map(age -> Instant.ofEpochSecond(now.plus(age).getEpochSecond()));
  }
}
