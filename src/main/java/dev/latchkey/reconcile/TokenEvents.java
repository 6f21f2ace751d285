package dev.latchkey.reconcile;

import dev.latchkey.access.Credential;
import dev.latchkey.access.CredentialTable;
import dev.latchkey.access.ExpiryTable;
import dev.latchkey.access.ExpiryTable.Expiry;
import dev.latchkey.access.Used;
import dev.latchkey.change.Change;
import dev.latchkey.data.Data;
import dev.latchkey.event.Event;
import dev.latchkey.event.EventTable;
import dev.latchkey.store.EachAlone;
import dev.latchkey.store.Unis;
import dev.latchkey.usage.Upkeep;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Notes that tokens expire soon, seven days and one day ahead: how far that was done is kept in the same transaction, so
 * that each is told of whatever breaks off.
 */
@Singleton
class TokenEvents implements Upkeep {
  private static final String EXPIRING = "Token Expiring";
  private static final List<Integer> DAYS = List.of(7, 1);
  private static final Logger LOG = Logger.getLogger("dev.latchkey.events");
  private static final int AT_ONCE = 8;

  private final ExpiryTable expiries;
  private final CredentialTable credentials;
  private final EventTable events;
  private final Change change;
  private final Clock clock;

  @Inject
  TokenEvents(
      ExpiryTable expiries,
      CredentialTable credentials,
      EventTable events,
      Change change,
      Clock clock) {
    this.expiries = expiries;
    this.credentials = credentials;
    this.events = events;
    this.change = change;
    this.clock = clock;
  }

  @Override
  public Uni<Void> run() {
    return events.isWanted()
        ? Uni.createFrom()
            .deferred(() -> Unis.all(DAYS, days -> look(days, clock.instant())).replaceWithVoid())
        : Uni.createFrom().voidItem();
  }

  /** Of those that expire after what was told, and within {@code days}. */
  private Uni<Void> look(int days, Instant now) {
    var name = "tokens-" + days;
    var until = now.plus(Duration.ofDays(days));
    return events
        .told(name)
        .chain(told -> expiries
            .between(told, now, until)
            .chain(page -> EachAlone.all(
                    page.expiries(),
                    AT_ONCE,
                    this::still,
                    (expiry, failure) -> LOG.errorf(
                        failure, "that a token of %s expires soon is not told", expiry.user()))
                .chain(tokens -> change.note(in -> {
                  tokens.stream()
                      .flatMap(Optional::stream)
                      .forEach(token -> events.note(in, event(token, days), now));
                  events.tell(in, name, page.reached());
                }))));
  }

  /** An old value that another token has replaced, and a hint that is no longer so, are nobody's concern. */
  private Uni<Optional<Credential>> still(Expiry expiry) {
    return credentials
        .find(expiry.user(), expiry.digest())
        .map(found -> found
            .map(Used::credential)
            .filter(token -> token.scope().expiresAt().equals(Optional.of(expiry.at())))
            .filter(token -> token.succession().successor().isEmpty()));
  }

  private static Event event(Credential token, int days) {
    var end = token.scope().expiresAt().orElseThrow();
    return Event.of(
        EXPIRING,
        end.minus(Duration.ofDays(days)),
        token.user(),
        token.id() + " " + end + " " + days,
        Data.hash()
            .with("token_name", token.name())
            .with("token_id", token.id())
            .with("expires_at", end.getEpochSecond())
            .with("days", days)
            .with("renewed", token.scope().renewed() ? 1 : 0));
  }
}
