package dev.latchkey.server;

import dev.latchkey.data.Data;
import dev.latchkey.event.Event;
import dev.latchkey.event.EventTable;
import dev.latchkey.ssh.SshUser;
import dev.latchkey.store.Transaction;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a help desk may want to know of who may log in where. It follows from two states of a server, and is noted in the
 * transaction that turns one into the other; what time brings is noted ahead, and told only if it is still so.
 */
@Singleton
public class AccessEvents {
  private static final String GRANTED = "Access Granted";
  private static final String AUTHORIZED = "Access Authorized";
  private static final String EXPIRING = "Access Expiring";
  private static final String UNCONFIRMED = "Access Unconfirmed";
  private static final String REVOKED = "Access Revoked";
  private static final String UNATTRIBUTED = "Access Unattributed";
  private static final String DRIFT = "Access Drift";

  private static final Duration BEFORE_THE_END = Duration.ofHours(1);
  private static final Duration TO_CONFIRM = Duration.ofMinutes(5);

  private final EventTable events;

  @Inject
  AccessEvents(EventTable events) {
    this.events = events;
  }

  /** What one state of a server has that the one before has not. */
  void between(Transaction in, ServerState before, ServerState after) {
    if (events.isWanted()) {
      after
          .grants()
          .forEach(grant -> note(in, after, grant, before.find(grant.ticket(), grant.user())));
    }
  }

  private void note(Transaction in, ServerState of, Grant grant, Optional<Grant> before) {
    if (grant.isEnding()) {
      if (before.filter(Grant::isEnding).isEmpty()) {
        unconfirmed(in, of, grant, grant.end().orElseThrow().at());
      }
      return;
    }
    var isGiven = before
        .filter(was -> !was.isEnding() && was.grantedAt().equals(grant.grantedAt()))
        .isEmpty();
    if (isGiven) {
      events.note(in, event(GRANTED, grant.grantedAt(), of, grant, grant.grantedAt()));
      unconfirmed(in, of, grant, grant.grantedAt());
      var warning = grant.expiresAt().minus(BEFORE_THE_END);
      if (warning.isAfter(grant.grantedAt())) {
        events.note(in, event(EXPIRING, warning, of, grant, grant.expiresAt()), warning);
      }
    }
    grant
        .authorizedAt()
        .filter(at -> before.flatMap(Grant::authorizedAt).isEmpty())
        .ifPresent(at -> events.note(in, event(AUTHORIZED, at, of, grant, at)));
  }

  private void unconfirmed(Transaction in, ServerState of, Grant grant, Instant since) {
    var due = since.plus(TO_CONFIRM);
    events.note(in, event(UNCONFIRMED, due, of, grant, since), due);
  }

  /** A server has stated that a grant is gone. */
  void revoked(Transaction in, ServerState of, Receipt receipt) {
    events.note(
        in,
        Event.of(
            REVOKED,
            receipt.statedAt(),
            of.server().owner(),
            receipt.server() + " " + receipt.ticket() + " " + receipt.user() + " "
                + receipt.generation(),
            Data.hash()
                .with("server", receipt.server().value())
                .with("server_num", receipt.number())
                .with("ticket", receipt.ticket())
                .with("ssh_username", receipt.user().value())
                .with("fingerprint", receipt.fingerprint())
                .with("reason", receipt.reason().name())
                .with("granted_at", receipt.grantedAt().getEpochSecond())
                .with("ended_at", receipt.endedAt().getEpochSecond())
                .with("stated_at", receipt.statedAt().getEpochSecond())
                .with("generation", receipt.generation())));
  }

  /** Live sessions that may be the vendor's of a grant that ends, and nobody can tell. */
  void unattributed(Transaction in, ServerState of, Observation stated) {
    if (events.isWanted()) {
      of.ending()
          .forEach(grant -> stated.ended(grant).stream()
              .filter(end -> !end.unattributed().items().isEmpty())
              .forEach(end -> events.note(in, unattributed(of, grant, end, stated.at()))));
    }
  }

  private static Event unattributed(ServerState of, Grant grant, StatedEnd end, Instant at) {
    var ids =
        end.unattributed().items().stream().map(StatedEnd.Session::id).sorted().toList();
    return Event.of(
        UNATTRIBUTED,
        at,
        of.server().owner(),
        of.server().name() + " " + grant.ticket() + " " + grant.user() + " " + ids,
        about(of, grant).with("sessions", ids.size()));
  }

  /** Something is there that nobody gave and nobody has acknowledged. */
  void drift(Transaction in, FindingChange change) {
    change
        .after()
        .filter(KnownFinding::isDrift)
        .filter(now -> change.before().filter(KnownFinding::isDrift).isEmpty())
        .ifPresent(now -> events.note(
            in,
            Event.of(
                DRIFT,
                now.firstSeen(),
                now.owner(),
                now.server() + " " + now.finding().id() + " " + now.firstSeen(),
                Data.hash()
                    .with("server", now.server().value())
                    .with("kind", now.finding().kind().word())
                    .with("name", Event.cut(now.finding().name()))
                    .with(
                        "account",
                        Data.orNull(now.finding().user().map(Event::cut).map(Data::text)))
                    .with(
                        "file", Data.orNull(now.finding().file().map(Event::cut).map(Data::text)))
                    .with("first_seen", now.firstSeen().getEpochSecond()))));
  }

  private static Event event(String type, Instant at, ServerState of, Grant grant, Instant what) {
    return Event.of(
        type,
        at,
        of.server().owner(),
        of.server().name() + " " + grant.ticket() + " " + grant.user() + " " + what,
        about(of, grant).with("since", what.getEpochSecond()));
  }

  private static Data.Hash about(ServerState of, Grant grant) {
    return Data.hash()
        .with("server", of.server().name().value())
        .with("server_num", grant.number())
        .with("ticket", grant.ticket())
        .with("ssh_username", grant.user().value())
        .with("fingerprint", grant.key().fingerprint())
        .with("expires_at", grant.expiresAt().getEpochSecond())
        .with("wanted", grant.isEnding() ? 0 : 1);
  }

  /** The grant that an event is about which was noted ahead; empty for one that is told as it is. */
  public static Optional<GrantKey> isAbout(Event event) {
    if (!event.type().equals(EXPIRING) && !event.type().equals(UNCONFIRMED)) {
      return Optional.empty();
    }
    var detail = event.tree();
    return Optional.of(new GrantKey(
        new ServerName(text(detail, "server")),
        number(detail, "ticket"),
        new SshUser(text(detail, "ssh_username"))));
  }

  /** Whether what was noted ahead is so by now: of another grant or another end it says nothing. */
  public static boolean isStill(Event event, Optional<Grant> now) {
    var since = Instant.ofEpochSecond(number(event.tree(), "since"));
    return now.filter(grant -> event.type().equals(EXPIRING)
            ? !grant.isEnding() && grant.expiresAt().equals(since)
            : grant
                .end()
                .map(end -> end.at().equals(since))
                .orElseGet(() ->
                    grant.grantedAt().equals(since) && grant.authorizedAt().isEmpty()))
        .isPresent();
  }

  private static String text(Data.Hash of, String name) {
    return of.get(name).orElseThrow() instanceof Data.Text text ? text.value() : "";
  }

  private static long number(Data.Hash of, String name) {
    return of.get(name).orElseThrow() instanceof Data.Number number ? number.value() : 0;
  }
}
