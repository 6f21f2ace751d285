package dev.latchkey.wire;

import static java.util.stream.Collectors.joining;

import dev.latchkey.access.Quota;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is left of the quotas that a call counts on, in the header fields of {@code draft-ietf-httpapi-ratelimit-headers}:
 * {@code RateLimit-Policy: "token";q=1000;w=2592000} and {@code RateLimit: "token";r=997;t=86400}, in calls and seconds.
 * Where one is used up, {@code Retry-After} says when calls are served again (RFC 9110 section 10.2.3).
 */
final class QuotaFields {
  private final Instant at;
  private volatile List<Quota> quotas = List.of();
  private volatile Optional<Quota> usedUp = Optional.empty();

  /** @param at when the call arrived */
  QuotaFields(Instant at) {
    this.at = at;
  }

  void are(List<Quota> all) {
    quotas = all;
  }

  void areUsedUp(Quota quota) {
    quotas = List.of(quota);
    usedUp = Optional.of(quota);
  }

  Response on(Response answer) {
    if (quotas.isEmpty()) {
      return answer;
    }
    var with = Response.fromResponse(answer)
        .header("RateLimit-Policy", each(quota -> ";q=" + quota.most() + ";w=" + length(quota)))
        .header("RateLimit", each(quota -> ";r=" + quota.left() + ";t=" + toItsEnd(quota)));
    usedUp.ifPresent(quota -> with.header(HttpHeaders.RETRY_AFTER, toItsEnd(quota)));
    return with.build();
  }

  private String each(Function<Quota, String> parameters) {
    return quotas.stream()
        .map(quota ->
            '"' + quota.owner().name().toLowerCase(Locale.ROOT) + '"' + parameters.apply(quota))
        .collect(joining(", "));
  }

  private static long length(Quota quota) {
    return Duration.between(quota.month().begin(), quota.month().end()).toSeconds();
  }

  private long toItsEnd(Quota quota) {
    return Math.max(1, Duration.between(at, quota.month().end()).toSeconds());
  }
}
