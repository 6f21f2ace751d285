package dev.latchkey.access;

import dev.latchkey.access.AccessDenied.Cause;
import dev.latchkey.store.ConditionFailed;
import dev.latchkey.store.Item;
import dev.latchkey.store.Key;
import dev.latchkey.store.Query;
import dev.latchkey.store.Store;
import dev.latchkey.store.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/** Sessions, and links that open one. */
@Singleton
public class SessionTable {
  private static final Logger LOG = Logger.getLogger("dev.latchkey.calls");
  private static final String SAME_REVISION = SessionItem.REVISION + " = :revision";

  private final Store store;

  @Inject
  public SessionTable(Store store) {
    this.store = store;
  }

  /**
   * A session that is there and may be used.
   *
   * @param noted when its last use was noted
   */
  record Live(Session session, Instant noted) {}

  /**
   * One read; one write more for a wrong security token.
   *
   * @throws AccessDenied when there is none, or it may not be used
   */
  Uni<Live> use(SessionClaim claim, Instant now) {
    return judged(claim).map(item -> {
      var session = read(claim, item);
      var noted = SessionItem.lastSeen(item);
      if (SessionItem.misses(item) >= Session.MISSES) {
        throw denied(Cause.LOCKED_SESSION, session);
      }
      if (session.endedAt(now, noted)) {
        throw denied(Cause.ENDED_SESSION, session);
      }
      return new Live(session, noted);
    });
  }

  /** As {@link #use}, also of a session that may not be used any more: whoever shows both may end it. */
  public Uni<Session> toEnd(SessionClaim claim) {
    return judged(claim).map(item -> read(claim, item));
  }

  private Uni<Item> judged(SessionClaim claim) {
    var key = key(SessionItem.SESSION, claim.id());
    return find(key).call(item -> {
      if (isOf(claim, item)) {
        return Uni.createFrom().voidItem();
      }
      var session = read(claim, item);
      return SessionItem.misses(item) >= Session.MISSES
          ? Uni.createFrom().failure(denied(Cause.LOCKED_SESSION, session))
          : miss(key).chain(() -> Uni.createFrom().failure(denied(Cause.WRONG_PREFIX, session)));
    });
  }

  /** @throws AccessDenied when there is none, it was used already, or its time is over */
  public Uni<SessionLink> findLink(SessionClaim claim, Instant now) {
    return find(key(SessionItem.LINK, claim.id())).map(item -> {
      var session = read(claim, item);
      if (!isOf(claim, item)) {
        throw denied(Cause.WRONG_PREFIX, session);
      }
      if (!SessionItem.expires(item).isAfter(now)) {
        throw denied(Cause.ENDED_SESSION, session);
      }
      return SessionItem.link(claim.id().user(), item);
    });
  }

  private Uni<Item> find(Key key) {
    return store
        .get(key)
        .map(found -> found
            .filter(SessionItem::isWhole)
            .orElseThrow(() -> new AccessDenied(Cause.UNKNOWN_SESSION)));
  }

  private static Session read(SessionClaim claim, Item item) {
    return SessionItem.read(claim.id().user(), item);
  }

  /** The id is a secret of 64 characters: who shows the whole of it is no stranger, and the owner of the token may learn of it. */
  private static AccessDenied denied(Cause why, Session session) {
    return new AccessDenied(why).by(session);
  }

  private static boolean isOf(SessionClaim claim, Item item) {
    return MessageDigest.isEqual(
        claim.id().digestWith(claim.token()).getBytes(StandardCharsets.US_ASCII),
        SessionItem.security(item).getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Notes that it is used, at most once a minute. Where that cannot be written the session ends earlier, and the call goes
   * on; one that was ended meanwhile is not made again.
   */
  Uni<Void> noteUse(Live live, Instant now) {
    if (live.noted().plus(Session.NOTED).isAfter(now)) {
      return Uni.createFrom().voidItem();
    }
    var session = live.session();
    var seen = Update.builder()
        .key(SessionItem.key(SessionItem.SESSION, session.user(), session.digest())
            .attributes())
        .updateExpression("SET #seen = :now")
        .conditionExpression("attribute_exists(pk) AND #seen < :now")
        .expressionAttributeNames(Map.of("#seen", SessionItem.LAST_SEEN))
        .expressionAttributeValues(Map.of(":now", Item.time(now)))
        .build();
    return unless(store.updateOnce(seen), "the use of session " + session.id());
  }

  private Uni<Void> miss(Key key) {
    var missed = Update.builder()
        .key(key.attributes())
        .updateExpression("ADD #misses :one")
        .conditionExpression("attribute_exists(pk)")
        .expressionAttributeNames(Map.of("#misses", SessionItem.MISSES))
        .expressionAttributeValues(Map.of(":one", Item.number(1)))
        .build();
    return unless(store.updateOnce(missed), "a wrong security token");
  }

  private static Uni<Void> unless(Uni<Item> written, String what) {
    return written
        .onFailure(failure -> !(failure instanceof ConditionFailed))
        .invoke(failure -> LOG.warnf(failure, "%s could not be noted", what))
        .onFailure()
        .recoverWithNull()
        .replaceWithVoid();
  }

  /** Makes a session of this id, whose calls have this security token before their path. */
  public void create(
      Transaction in, Session session, SessionId id, SecurityToken token, Instant now) {
    in.putNew(SessionItem.session(session, id.digestWith(token), now), SessionTable::notNew);
  }

  public void create(
      Transaction in, SessionLink link, SessionId id, SecurityToken token, Instant expires) {
    in.putNew(SessionItem.link(link, id.digestWith(token), expires), SessionTable::notNew);
  }

  private static RuntimeException notNew() {
    return new IllegalStateException("a session of this id is there already");
  }

  /** Uses a link up, once. */
  public void useUp(Transaction in, SessionLink link, Supplier<? extends RuntimeException> used) {
    delete(in, SessionItem.LINK, link.session(), used);
  }

  public void end(Transaction in, Session session, Supplier<? extends RuntimeException> gone) {
    delete(in, SessionItem.SESSION, session, gone);
  }

  private static void delete(
      Transaction in, String kind, Session session, Supplier<? extends RuntimeException> gone) {
    in.delete(
        SessionItem.key(kind, session.user(), session.digest()),
        SAME_REVISION,
        revision(session),
        gone);
  }

  /** The session is still there. */
  public void checkThere(
      Transaction in, Session session, Supplier<? extends RuntimeException> gone) {
    var key = SessionItem.key(SessionItem.SESSION, session.user(), session.digest());
    if (!in.has(key)) {
      in.check(key, SAME_REVISION, revision(session), gone);
    }
  }

  /** How many a user has that may be used, and links to some; for the bound of them. */
  public Uni<Integer> count(String user, Instant now) {
    return store.query(all(user)).map(items ->
        (int) items.stream().filter(item -> mayBeUsed(user, item, now)).count());
  }

  private static boolean mayBeUsed(String user, Item item, Instant now) {
    if (!SessionItem.isWhole(item)) {
      return false;
    }
    return item.getText("sk").startsWith(SessionItem.LINK)
        ? SessionItem.expires(item).isAfter(now)
        : !SessionItem.read(user, item).endedAt(now, SessionItem.lastSeen(item));
  }

  /** A session or a link of a user's, as {@link #some} found it. */
  public record Found(Key key) {}

  /**
   * Sessions of a user and links to some, ended ones included, for whoever removes the user: none means that there are
   * none.
   *
   * @param most so many at most, as a transaction has a bound
   */
  public Uni<List<Found>> some(String user, int most) {
    return store
        .query(all(user).limit(most))
        .map(items -> items.stream().map(item -> new Found(item.key())).toList());
  }

  /** Removes it, if it is still there. */
  public void remove(Transaction in, Found found) {
    in.delete(found.key());
  }

  private static Query all(String user) {
    return Query.between(SessionItem.partition(user), " ", Query.END);
  }

  private static Map<String, AttributeValue> revision(Session session) {
    return Map.of(":revision", Item.text(session.revision()));
  }

  private static Key key(String kind, SessionId id) {
    return SessionItem.key(kind, id.user(), id.digest());
  }
}
